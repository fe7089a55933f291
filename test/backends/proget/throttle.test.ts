import { describe, expect, it } from 'vitest';
import { ADD, at, journals, jsonError, standingClock } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  applied,
  type FakeProget,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  status,
  type Turn,
  UPDATE,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

const ONE = [...ADD, '--member=jsmith', '--name=Developers', '--no-user-check'];
const DONE = { code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' };

const serveWrites = async (state: FakeProget, ...turns: Turn[]): Promise<TestServer> =>
  await serve(listGroups(state), inTurn('post', 'groups/update', ...turns));

describe('429 to a write', () => {
  const wait = status(429, 'Slow down', { 'retry-after': '2' });

  it('is waited out, not failed, and the list read anew', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const server = await serveWrites(state, wait, wait, wait, wait, applied(state));
    const result = await cli().run([...ONE, '--settle-limit=5', ...at(server)], { clock });
    const said = 'Waiting 2 s: the server limits the rate of requests.\n';
    expect(result).toEqual({ ...DONE, stderr: said.repeat(4) });
    expect(clock.waits).toEqual([2000, 2000, 2000, 2000]);
    expect(server.calls()).toEqual([
      ...[1, 2, 3, 4].flatMap(() => [GROUPS, UPDATE]),
      GROUPS,
      UPDATE,
      GROUPS,
    ]);
  });

  it('beyond --deadline: 6, nothing written', async () => {
    const clock = standingClock();
    const server = await serveWrites(fakeProget(), wait);
    const result = await cli().run([...ONE, '--deadline=1.5', ...at(server)], { clock });
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'groupctl: The --deadline of this command is too short: the server limits the rate of requests, asking for 2 s with 1.5 s left.\nHint: Give the command more time with --deadline <seconds>, or leave the option out.\n',
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([
    {
      what: 'beyond --deadline',
      turns: [groupsOf(fakeProget())],
      more: ['--deadline=1.5'],
      exit: 6,
      error: 'deadline',
    },
    {
      what: 'followed by a read that fails',
      turns: [groupsOf(fakeProget()), status(500, 'Boom')],
      more: [],
      exit: 1,
      error: 'http-500',
    },
  ])('$what: failed rows on stdout and in the journal', async ({ turns, more, exit, error }) => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'groups/list', ...turns),
      inTurn('post', 'groups/update', wait),
    );
    const argv = [...ONE, '--member=mlee', '--json', ...more, ...at(server)];
    const result = await user.run(argv, { clock: standingClock() });
    expect(result.code).toBe(exit);
    const failed = { op: 'add', outcome: 'failed', verified: false, error: { code: error } };
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'jsmith', ...failed },
        { member: 'mlee', ...failed },
      ],
      summary: { added: 0, failed: 2, unknown: 0 },
    });
    expect(jsonError(result.stderr)).toMatchObject({ code: error, exitCode: exit });
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(1)).toMatchObject([
      { t: 'intent', members: ['jsmith', 'mlee'], before: ['djones'] },
      { t: 'outcome', member: 'jsmith', outcome: 'failed', verified: false },
      { t: 'outcome', member: 'mlee', outcome: 'failed', verified: false },
      { t: 'end', exit, summary: { failed: 2 } },
    ]);
  });
});
