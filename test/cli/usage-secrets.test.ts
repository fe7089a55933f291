import { describe, expect, it } from 'vitest';
import { harmless } from '../../src/domain/shorten.ts';
import { cli } from '../helpers/cli.ts';
import { usage } from './usage.ts';

const LIST = ['security', 'groups', 'list'];
const DASHES = 'an option begins with two hyphens';

describe('a mistyped option or URL with a secret in it is not repeated', () => {
  it.each<[string[], string]>([
    [
      ['—api-key=hunter22', ...LIST],
      `Unknown command "—api-key=…"; ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [
      ['–api-key=hunter22', ...LIST],
      `Unknown command "–api-key=…"; ${DASHES}, not with the dash "–": --api-key.`,
    ],
    [
      [...LIST, '—api-key=hunter22'],
      `Unexpected word "—api-key=…"; ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [
      [...LIST, '—api-key', 'hunter22'],
      `Unexpected word "—api-key"; ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [['api-key=hunter22', ...LIST], `Unknown command "api-key=…"; ${DASHES}: --api-key.`],
    [[...LIST, 'api-key=hunter22'], `Unexpected word "api-key=…"; ${DASHES}: --api-key.`],
    [['/api-key:hunter22', ...LIST], `Unknown command "/api-key:…"; ${DASHES}: --api-key.`],
    [['help', 'api-key=hunter22'], `Unknown command "api-key=…"; ${DASHES}: --api-key.`],
    [
      [...LIST, '-api-key=hunter22'],
      'Unknown option "-api-key" for "security groups list"; did you mean --api-key?',
    ],
    [
      ['-api-key=hunter22', ...LIST],
      'Unknown option "-api-key" for "security groups list"; did you mean --api-key?',
    ],
    [
      [...LIST, '--api-kye:hunter22'],
      'Unknown option "--api-kye" for "security groups list"; did you mean --api-key?',
    ],
    [
      [...LIST, '--api-key hunter22'],
      'The option --api-key takes its value after "=" or as the next word.',
    ],
    [
      [...LIST, '--api-key:hunter22'],
      'The option --api-key takes its value after "=" or as the next word.',
    ],
    [
      [...LIST, '-phunter22'],
      'Unknown option "-p…" for "security groups list"; see: groupctl security groups list --help',
    ],
    [
      [...LIST, '--sorce=jane:hunter22@a.example'],
      'Unknown option "--sorce" for "security groups list"; did you mean --source?',
    ],
    [
      [...LIST, 'https://jane:hunter22@a.example/'],
      'Unexpected word "…@a.example/"; see: groupctl security groups list --help',
    ],
    [
      ['jane:hunter22@a.example', ...LIST],
      'Unknown command "…@a.example"; use one of: security, sources, history, undo, resume, health, sandbox, help.',
    ],
    [
      [...LIST, '--source', '--api-key=hunter22'],
      'The option --source needs a value; --api-key=… is the next option. If it is meant, write --source=--api-key=….',
    ],
    [
      [...LIST, '--output', 'api-key=hunter22'],
      'The option --output takes one of human, json, csv, not "api-key=…".',
    ],
    [
      [...LIST, '--timeout', 'jane:hunter22@a.example'],
      'The option --timeout takes a number from 0.001 to 86400, not "…@a.example".',
    ],
    [
      ['history', 'prune', '--older-than=jane:hunter22@a.example'],
      'The option --older-than takes an age (90d, 12h, 2w) or a date (2025-12-31), not "…@a.example".',
    ],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['--source', ['--source=jane:hunter22@a.example'], {}],
    ['--source with =', ['--source=api-key=hunter22'], {}],
    ['GROUPCTL_SOURCE', [], { GROUPCTL_SOURCE: 'jane:hunter22@a.example' }],
    ['GROUPCTL_URL', [], { GROUPCTL_URL: 'jane:hunter22@a.example' }],
    ['GROUPCTL_URL without a host', [], { GROUPCTL_URL: 'jane:hunter22' }],
    ['GROUPCTL_KIND', ['--source=http://127.0.0.1:9'], { GROUPCTL_KIND: 'api-key=hunter22' }],
    ['a proxy', ['--source=http://a.example'], { http_proxy: 'jane:hunter22@proxy:bad port' }],
  ])('%s', async (_, argv, env) => {
    for (const format of [[], ['--json'], ['--verbose']]) {
      const { code, stdout, stderr } = await cli().run([...LIST, ...argv, ...format], { env });
      expect([2, 4]).toContain(code);
      expect(stdout).toBe('');
      expect(stderr).not.toContain('hunter22');
    }
  });

  it('nor is one as the name of a new source', async () => {
    const named = '--name=jane:hunter22@a.example';
    expect(await usage('sources', 'add', '--url=https://a.example/', named)).toBe(
      'A source cannot be named like a URL; choose another --name.',
    );
  });

  it('nor is one that names no source, where that is no error', async () => {
    const user = cli();
    const remove = ['sources', 'remove', '--name=jane:hunter22@a.example'];
    expect((await user.run(remove)).stdout).not.toContain('hunter22');
    expect(await user.json(remove)).toEqual({ name: '…@a.example', removed: false });
  });
});

describe('what may be shown of a word', () => {
  it.each([
    ['John Smith', 'John Smith'],
    ['https://a.example/x', 'https://a.example/x'],
    ['https://a.example/?key=hunter22', 'https://a.example/?key=…'],
    ['jane@a.example', '…@a.example'],
    ['jane:p=x@y@a.example', '…@a.example'],
    ['a@b=hunter22', '…@b=…'],
    ['jane:hunter22', 'jane:…'],
    ['--api-key hunter22', '--api-key …'],
    ['', ''],
  ])('%j is shown as %j', (typed, shown) => {
    expect(harmless(typed)).toBe(shown);
  });
});
