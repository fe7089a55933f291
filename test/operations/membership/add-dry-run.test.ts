import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  GROUPS,
  listGroups,
  listUsers,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, jsonError } from '../../commands/helpers.ts';

const LIST_GROUPS = 'See: groupctl security groups list';

describe('members add', () => {
  describe('--dry-run', () => {
    it('reads and writes nothing', async () => {
      const user = cli();
      const state = fakeProget();
      const server = await serve(listUsers(state), listGroups(state));
      const argv = [...ADD, '--member=jsmith', '--member=DJONES', '--name=developers', '--dry-run'];
      expect(await user.run([...argv, ...at(server)])).toEqual({
        code: 0,
        stderr: '',
        stdout: [
          'Would add jsmith to Developers.',
          'djones is already a member of Developers; nothing to do.',
          'Developers: would add 1, 1 already a member.',
          '',
        ].join('\n'),
      });
      expect(server.calls()).toEqual([USERS, GROUPS]);
      expect(journals(user)).toEqual([]);
      const document = await user.json([...argv, ...at(server)]);
      expect(document).toMatchObject({
        dryRun: true,
        group: { name: 'Developers', memberCount: 1 },
        outcomes: [{ outcome: 'planned', verified: false }, { outcome: 'already-member' }],
        summary: { planned: 1, alreadyMember: 1, added: 0 },
      });
      expect(document).not.toHaveProperty('run');
    });

    it.each([
      { what: 'an unknown name', argv: ['--member=nobody', '--name=Developers'], code: 4 },
      { what: 'an unknown group', argv: ['--member=jsmith', '--name=Nowhere'], code: 4 },
      {
        what: 'some unknown names left out',
        argv: ['--member=nobody', '--member=jsmith', '--name=Developers', '--skip-unknown'],
        code: 7,
      },
    ])('exits as the real run for $what', async ({ argv, code }) => {
      const state = fakeProget();
      const server = await serve(...addHandlers(state).slice(0, code === 7 ? 3 : 2));
      const user = cli();
      const dry = await user.run([...ADD, ...argv, '--dry-run', ...at(server)]);
      expect(server.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
      const real = await user.run([...ADD, ...argv, ...at(server)]);
      expect([dry.code, real.code]).toEqual([code, code]);
      expect(dry.stderr).toBe(real.stderr);
    });
  });

  it.each([
    { typed: 'Developer', hint: 'Did you mean Developers?', near: ['Developers'] },
    { typed: 'Nowhere', hint: LIST_GROUPS, near: [] },
  ])('refuses the unknown group $typed', async ({ typed, hint: advice, near }) => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const hint = advice === LIST_GROUPS ? `${advice} --source=${server.url}` : advice;
    const argv = [...ADD, '--member=jsmith', `--name=${typed}`, ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 4,
      stdout: '',
      stderr: `groupctl: There is no group named "${typed}".\nHint: ${hint}\n`,
    });
    const json = await cli().run([...argv, '--json']);
    expect(json.stdout).toBe('');
    expect(jsonError(json.stderr)).toEqual({
      code: 'no-such-group',
      message: `There is no group named "${typed}".`,
      hint,
      details: { group: typed, near },
      source: server.url,
      exitCode: 4,
    });
  });
});
