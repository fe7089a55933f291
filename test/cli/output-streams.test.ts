import { describe, expect, it } from 'vitest';
import { cli, type CliOptions } from '../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, updateGroup } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { http, HttpResponse } from 'msw';

const ADD = ['security', 'groups', 'members', 'add', '--name=Developers', '--source=sandbox'];
const GREEN = '\u001b[32mAdded jsmith to Developers.\u001b[39m\n';
const PLAIN = 'Added jsmith to Developers.\n';

describe('colours', () => {
  it.each<[string, string[], CliOptions, string]>([
    ['are there on a terminal', [], { tty: true }, GREEN],
    ['are not there off it', [], { tty: false }, PLAIN],
    ['go with --no-color', ['--no-color'], { tty: true }, PLAIN],
    ['go with NO_COLOR', [], { tty: true, env: { NO_COLOR: '1' } }, PLAIN],
    ['stay with an empty NO_COLOR', [], { tty: true, env: { NO_COLOR: '' } }, GREEN],
    ['go with TERM=dumb', [], { tty: true, env: { TERM: 'dumb' } }, PLAIN],
    ['stay with another TERM', [], { tty: true, env: { TERM: 'xterm-256color' } }, GREEN],
  ])('%s', async (_, argv, options, stdout) => {
    const result = await cli().run([...ADD, '--member=jsmith', ...argv], options);
    expect(result).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('are never in JSON or CSV', async () => {
    for (const format of ['json', 'csv']) {
      const { stdout } = await cli().run([...ADD, '--member=jsmith', `--output=${format}`], {
        tty: true,
      });
      expect(stdout).not.toContain('\u001b');
    }
  });

  it('mark what failed, beside the words', async () => {
    const argv = [...ADD, '--member=nobody', '--member=jsmith', '--skip-unknown'];
    const { code, stdout } = await cli().run(argv, { tty: true });
    expect(code).toBe(7);
    expect(stdout).toBe(
      '\u001b[31mThere is no user named "nobody".\u001b[39m\n' +
        GREEN +
        'Developers: 1 added, 1 not found.\n',
    );
  });
});

describe('standard error', () => {
  /** A server that cannot say who exists, which is worth a warning. */
  const unsure = async (): Promise<string> => {
    const state = fakeProget();
    const server = await serve(
      http.get('*/users/list', () => new HttpResponse(null, { status: 404 })),
      listGroups(state),
      updateGroup(state),
    );
    return server.url;
  };
  const WARNING = 'The server cannot say who exists; sent as typed: jsmith.\n';

  it.each<[string, string[], string]>([
    ['has warnings', [], WARNING],
    ['has them with CSV', ['--output=csv'], WARNING],
    ['has none with --quiet', ['--quiet'], ''],
    ['has none with --json', ['--json'], ''],
    ['has none with --output=json', ['--output', 'json'], ''],
  ])('%s', async (_, argv, stderr) => {
    const source = `--source=${await unsure()}`;
    const result = await cli().run([
      'security',
      'groups',
      'members',
      'add',
      '--name=Developers',
      '--member=jsmith',
      source,
      ...argv,
    ]);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr });
    expect(result.stdout).toContain('jsmith');
  });

  it('has the error all the same with --quiet', async () => {
    const result = await cli().run([
      'security',
      'groups',
      'members',
      'list',
      '--name=Developrs',
      '--source=sandbox',
      '--quiet',
    ]);
    expect(result).toEqual({
      code: 4,
      stdout: '',
      stderr: 'groupctl: There is no group named "Developrs".\nHint: Did you mean Developers?\n',
    });
  });

  it('has each exchange with --verbose, and never the key', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [
      'security',
      'groups',
      'members',
      'add',
      '--name=Developers',
      '--member=jsmith',
      `--source=${server.url}`,
    ];
    const { code, stdout, stderr } = await cli().run([
      ...argv,
      '--api-key=hunter22-key',
      '--verbose',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { added: 1 } });
    expect(stderr.split('\n').map((line) => line.replace(/\d+ ms$/, 'N ms'))).toEqual([
      `GET ${server.url}api/security/users/list 200 N ms`,
      `GET ${server.url}api/security/groups/list 200 N ms`,
      `POST ${server.url}api/security/groups/update 200 N ms`,
      `GET ${server.url}api/security/groups/list 200 N ms`,
      '',
    ]);
    expect(stdout + stderr).not.toContain('hunter22');
  });

  it('ends with the error of a run with --json, in one line', async () => {
    const result = await cli().run([...ADD, '--member=nobody', '--verbose', '--json']);
    expect(result.code).toBe(4);
    expect(JSON.parse(result.stdout)).toMatchObject({ summary: { noSuchUser: 1 } });
    expect(JSON.parse(result.stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: {
        code: 'no-such-user',
        message: 'There is no user named "nobody".',
        source: 'sandbox',
        exitCode: 4,
      },
    });
  });
});
