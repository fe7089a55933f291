import { describe, expect, it } from 'vitest';
import { ADD, at, jsonError, standingClock } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  applied,
  type FakeProget,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  type Turn,
  UPDATE,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { AGAIN, DONE, ONE } from './add-one.ts';

/** Answers the list, and somebody else writes it just before the n-th answer. */
function overwrittenBefore(state: FakeProget, ...looks: number[]): Turn {
  let asked = 0;
  return (request) => {
    if (looks.includes(++asked)) state.groups[0] = { name: 'Developers', users: ['djones', 'eve'] };
    return groupsOf(state)(request);
  };
}

describe('settling', () => {
  it.each([
    { what: 'off by default: one read-back', more: [], env: {}, looks: 1, every: 0 },
    { what: 'every 20 ms at least', more: ['--settle=200'], env: {}, looks: 11, every: 20 },
    { what: 'every fifteenth of it', more: ['--settle=3000'], env: {}, looks: 16, every: 200 },
    { what: '1000 ms in CI', more: [], env: { CI: 'true' }, looks: 16, every: 1000 / 15 },
    { what: 'off in CI when asked', more: ['--settle=0'], env: { CI: '1' }, looks: 1, every: 0 },
    { what: 'off where CI is false', more: [], env: { CI: 'false' }, looks: 1, every: 0 },
  ])('looks at the group $what', async ({ more, env, looks, every }) => {
    const clock = standingClock();
    const state = fakeProget();
    const server = await serve(listGroups(state), updateGroup(state));
    const result = await cli().run([...ONE, ...more, ...at(server)], { clock, env });
    expect(result).toEqual(DONE);
    expect(server.calls().slice(0, 2)).toEqual([GROUPS, UPDATE]);
    expect(server.calls().slice(2)).toEqual(Array<string>(looks).fill(GROUPS));
    for (const wait of clock.waits) expect(wait).toBeCloseTo(every, 2);
  });

  it('takes the time of the source, and the option before it', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const server = await serve(listGroups(state), updateGroup(state));
    const user = cli();
    const source = ['sources', 'add', `--url=${server.url}`, '--api-key=abc12345'];
    await user.run([...source, '--settle=300']);
    expect(await user.run(ONE, { clock, env: { CI: '1' } })).toEqual(DONE);
    expect(clock.waits).toEqual(Array<number>(15).fill(20));
    state.groups[0] = { name: 'Developers', users: [] };
    await user.run([...ONE, '--settle=60'], { clock });
    expect(clock.waits.slice(15)).toEqual([20, 20, 20]);
  });

  it('writes nothing and looks no more when there was nothing to do', async () => {
    const state = fakeProget(['jsmith']);
    const server = await serve(listGroups(state));
    const result = await cli().run([...ONE, ...at(server)], { env: { CI: '1' } });
    expect([result.code, server.calls()]).toEqual([0, [GROUPS]]);
  });

  it('a look without our change merges it into what is there, and starts anew', async () => {
    const clock = standingClock();
    const state = fakeProget(['djones', 'ann']);
    // Read, read-back, then the third of five looks.
    const list = inTurn('get', 'groups/list', overwrittenBefore(state, 5));
    const server = await serve(list, updateGroup(state));
    const result = await cli().run([...ONE, '--settle=100', ...at(server)], { clock });
    expect(result).toEqual({ ...DONE, stderr: AGAIN });
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', 'ann', 'jsmith'] },
      { name: 'Developers', users: ['djones', 'eve', 'jsmith'] },
    ]);
    const read = (times: number): string[] => Array<string>(times).fill(GROUPS);
    expect(server.calls()).toEqual([
      ...read(1),
      UPDATE,
      ...read(4),
      ...read(1),
      UPDATE,
      ...read(6),
    ]);
  });

  it('gives up at the limit and names the members in doubt: 8', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const everyThird = Array.from({ length: 2000 }, (_, n) => 3 * n + 3);
    const list = inTurn('get', 'groups/list', overwrittenBefore(state, ...everyThird));
    const server = await serve(list, updateGroup(state));
    const argv = [...ADD, '--member=jsmith', '--member=eve', '--name=Developers'];
    const result = await cli().run(
      [...argv, '--no-user-check', '--settle=100', '--settle-limit=5', '--json', ...at(server)],
      { clock },
    );
    // Eve is there: the other writer keeps adding her. Whether jsmith stays cannot be said.
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'jsmith', outcome: 'unknown', verified: false, error: { code: 'not-settled' } },
        { member: 'eve', outcome: 'added', verified: true },
      ],
      summary: { added: 1, unknown: 1 },
    });
    expect(String(jsonError(result.stderr)['message'])).toMatch(
      /^1 of 2 members is in doubt in Developers: jsmith\. It is in doubt/,
    );
  });

  it('is a usage error when it is longer than its limit', async () => {
    const argv = [...ONE, '--settle=2000', '--settle-limit=2', '--source=http://127.0.0.1:9/'];
    expect(await cli().run(argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'groupctl: --settle (2000 ms) has to be shorter than --settle-limit (2 s).\n',
    });
  });
});

describe('lateWrite', () => {
  const late =
    'The write took longer than the settle time, so another writer may have been overwritten.\n';

  it.each([
    { what: 'the answer took longer than the settle time', settle: 100, ms: 101, is: true },
    { what: 'it was in time', settle: 100, ms: 99, is: false },
    { what: 'there is no settle time', settle: 0, ms: 5000, is: false },
  ])('is $is when $what', async ({ settle, ms, is }) => {
    const clock = standingClock();
    const state = fakeProget();
    const slow: Turn = async (request) => {
      clock.pass(ms);
      return await applied(state)(request);
    };
    const server = await serve(listGroups(state), inTurn('post', 'groups/update', slow));
    const argv = [...ONE, `--settle=${settle}`, ...at(server)];
    expect(await cli().run(argv, { clock })).toEqual({ ...DONE, stderr: is ? late : '' });
    state.groups[0] = { name: 'Developers', users: [] };
    const document = await cli().json(argv, { clock });
    expect((document as { lateWrite?: boolean }).lateWrite).toBe(is ? true : undefined);
  });

  it('counts from the read that the write was merged into', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const list: Turn = (request) => {
      clock.pass(60);
      return groupsOf(state)(request);
    };
    const server = await serve(
      inTurn('get', 'groups/list', list, groupsOf(state)),
      inTurn('post', 'groups/update', async (request) => {
        clock.pass(60);
        return await applied(state)(request);
      }),
    );
    const argv = [...ONE, '--settle=100', ...at(server)];
    expect((await cli().run(argv, { clock })).stderr).toBe(late);
  });
});
