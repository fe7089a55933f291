import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { type Cli, cli, type CliResult } from '../../helpers/cli.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

const KEY = '--api-key=abc12345';

async function permissionServer(): Promise<TestServer> {
  const permissions: object[] = [];
  return await serve(
    http.get('*/api/security/tasks/list', () => HttpResponse.json([{ name: 'View' }])),
    http.get('*/api/security/permissions/list', () => HttpResponse.json(permissions)),
    http.post('*/api/security/permissions/add', async ({ request }) => {
      permissions.push({ id: 7, ...((await request.json()) as object) });
      return new HttpResponse(null, { status: 200 });
    }),
  );
}

const add = (user: Cli, argv: readonly string[]): Promise<CliResult> =>
  user.run(['security', 'permissions', 'add', '--task=View', ...argv]);

describe('permissions add --group', () => {
  it.each(['the command', 'the source'])(
    'sends a group of a directory unchecked where %s says --no-user-check',
    async (where) => {
      const server = await permissionServer();
      const user = cli();
      const sourced = [`--url=${server.url}`, KEY, '--no-user-check'];
      if (where === 'the source') await user.run(['sources', 'add', ...sourced]);
      const options =
        where === 'the source' ? [] : [`--source=${server.url}`, KEY, '--no-user-check'];
      expect(await add(user, ['--group= CORP\\devs', ...options])).toEqual({
        code: 0,
        stdout: 'Created the permission "7: allow View globally for group CORP\\devs".\n',
        stderr: '',
      });
      expect(server.writes()).toEqual([{ group: 'CORP\\devs', task: 'View', deny: false }]);
    },
  );

  it.each([
    ['--group=CORP\\devs', 'group', 'groups', 'For a group of a directory'],
    ['--user=CORP\\akhan', 'user', 'users', 'For a directory account'],
  ])(
    'says what to do about the unknown name of %s, on that server',
    async (who, what, list, for_) => {
      const server = await serve(
        http.get(`*/api/security/${list}/list`, () => HttpResponse.json([])),
      );
      const user = cli();
      await user.run(['sources', 'add', '--name=other', `--url=${server.url}`, KEY]);
      const name = who.replace(/^.*=/, '');
      expect(await add(user, [who, '--source=other'])).toEqual({
        code: 4,
        stdout: '',
        stderr: `groupctl: There is no ${what} named "${name}". Nothing was written.\nHint: ${for_} (AD, LDAP) add --no-user-check. See: groupctl security ${list} list --source=other\n`,
      });
    },
  );
});
