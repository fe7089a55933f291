import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';

const SECRET = 'hunter22-key';
const SOURCE = { name: 'a', kind: 'proget', url: 'https://a.example/', apiKey: SECRET };
const whole = JSON.stringify({ sources: [SOURCE] }, null, 2);
const one = (changed: object): string => JSON.stringify({ sources: [{ ...SOURCE, ...changed }] });

const COMMANDS = [
  ['sources', 'list'],
  ['sources', 'add', '--name=b', '--url=https://b.example/'],
  ['sources', 'remove', '--name=a'],
  ['sources', 'test'],
  ['health', '--source=a'],
  ['security', 'groups', 'list'],
];

const FORMS: [form: string, content: string | Buffer, problem: string][] = [
  ['empty', '', 'it is empty'],
  ['blank', ' \n', 'it is empty'],
  ['cut short', whole.slice(0, -20), 'no JSON'],
  ['with its key cut in two', whole.slice(0, whole.indexOf(SECRET) + 6), 'no JSON'],
  [
    'with a comma too many',
    whole.replace('"proget",', '"proget",,'),
    'it is no JSON from line 5 on',
  ],
  ['with bytes of zero', Buffer.alloc(300), 'no JSON'],
  [
    'in Latin-1',
    Buffer.from(whole.replace(SECRET, `${SECRET}\u00e4`), 'latin1'),
    'it is not UTF-8',
  ],
  ['null', 'null', 'the top level should be an object'],
  ['a list', '[]', 'the top level should be an object'],
  ['text', JSON.stringify(SECRET), 'the top level should be an object'],
  ['a number', '7', 'the top level should be an object'],
  ['without a list of sources', `{"sources":{"a":"${SECRET}"}}`, 'sources should be Array'],
  ['with a source that is none', `{"sources":["${SECRET}"]}`, 'sources.0 should be Object'],
  ['with a source without a name', one({ name: undefined }), 'sources.0.name should be'],
  ['with an empty URL', one({ url: '' }), 'sources.0.url should be filled in'],
  ['with a key of the wrong type', one({ apiKey: [SECRET] }), 'sources.0.apiKey should be string'],
  [
    'of an unknown kind',
    one({ kind: SECRET }),
    'sources.0.kind should be ("proget" | "infisical")',
  ],
  ['of an unknown dialect', one({ dialect: 'x' }), 'sources.0.dialect should be'],
  ['with a settle time below 0', one({ settle: -1 }), 'sources.0.settle should be >=0'],
  [
    'with two sources of one name',
    JSON.stringify({ sources: [SOURCE, { ...SOURCE, name: 'A', url: 'https://b.example/' }] }),
    'two sources are named "A" (case does not count)',
  ],
  [
    'with a password in a URL',
    one({ url: `https://jane:${SECRET}@a.example/` }),
    'sources.0.url should be a URL without a user name or password',
  ],
];

describe('a damaged configuration file', () => {
  it.each(FORMS)('%s: is named, kept as it is, and not shown', async (_, content, problem) => {
    const user = cli();
    mkdirSync(user.config);
    const file = join(user.config, 'config.json');
    writeFileSync(file, content);
    for (const argv of COMMANDS) {
      const { code, stdout, stderr } = await user.run(argv);
      expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
      expect(stderr).toContain(`groupctl: The configuration file is damaged: ${file}: `);
      expect(stderr).toContain(problem);
      expect(stderr).toContain('Hint: It was left as it is.');
      expect(stderr).not.toMatch(/hunter/);
      expect(readFileSync(file)).toEqual(Buffer.from(content));
    }
    const { stderr } = await user.run(['sources', 'list', '--json', '--verbose']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'config-damaged', exitCode: 2, details: { path: file } },
    });
    expect(stderr).not.toMatch(/hunter/);
  });

  it('that is a folder is named', async () => {
    const user = cli();
    const file = join(user.config, 'config.json');
    mkdirSync(file, { recursive: true });
    for (const argv of COMMANDS) {
      const { code, stdout, stderr } = await user.run(argv);
      expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
      expect(stderr).toContain(`groupctl: Cannot use the configuration file ${file} (EISDIR).`);
    }
    expect(statSync(file).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'that may not be read is named',
    async () => {
      const user = cli();
      mkdirSync(user.config);
      const file = join(user.config, 'config.json');
      writeFileSync(file, whole);
      chmodSync(file, 0);
      const { code, stderr } = await user.run(['sources', 'list']);
      expect(code).toBe(2);
      expect(stderr).toContain(`Cannot use the configuration file ${file} (EACCES).`);
    },
  );

  it('is not asked by a command that does not need it', async () => {
    const user = cli();
    mkdirSync(user.config);
    writeFileSync(join(user.config, 'config.json'), '{');
    expect(await user.run(['security', 'groups', 'list', '--source=sandbox'])).toMatchObject({
      code: 0,
    });
    const { code } = await user.run(['health'], { env: { GROUPCTL_URL: 'http://127.0.0.1:9/' } });
    expect(code).toBe(6);
  });
});
