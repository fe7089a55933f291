import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import {
  applied,
  appliedBut,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  noAnswer,
  silence,
  status,
  type Turn,
  UPDATE,
  updateGroup,
} from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { ADD, at, journals, jsonError, LIST, REMOVE, standingClock } from './helpers.ts';

const ONE = ['--member=jsmith', '--name=Developers', '--no-user-check'];

/** Answers as told, with the interrupt coming in the middle of it. */
function interrupting(turn: Turn): { turn: Turn; signal: AbortSignal } {
  const interrupt = new AbortController();
  return {
    signal: interrupt.signal,
    turn: (request) => {
      interrupt.abort();
      return turn(request);
    },
  };
}

describe('an interrupt', () => {
  it.each([
    { what: 'before anything', argv: [...ADD, ...ONE] },
    { what: 'before a read', argv: [...LIST, '--name=Developers'] },
  ])('$what: 130, nothing is sent', async ({ argv }) => {
    const user = cli();
    const server = await serve();
    const result = await user.run([...argv, ...at(server)], { signal: AbortSignal.abort() });
    expect(result).toEqual({ code: 130, stdout: '', stderr: 'groupctl: Interrupted.\n' });
    expect(server.calls()).toEqual([]);
    expect(journals(user)).toEqual([]);
  });

  it('while the group is read: 130 at once, nothing is written', async () => {
    const user = cli();
    const { turn, signal } = interrupting(silence);
    const server = await serve(inTurn('get', 'groups/list', turn));
    const result = await user.run([...ADD, ...ONE, '--json', ...at(server)], { signal });
    expect([result.code, result.stdout]).toEqual([130, '']);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(server.calls()).toEqual([GROUPS]);
    expect(journals(user)).toEqual([]);
  });

  it('while a write takes long: says once that the request is finished first', async () => {
    const state = fakeProget();
    const calls = new Set<() => void>();
    const every = (_: number, call: () => void): (() => void) => {
      calls.add(call);
      return () => void calls.delete(call);
    };
    const { turn, signal } = interrupting((request) => {
      // Those that the first one ends are not called again.
      for (const call of [...calls, ...calls]) if (calls.has(call)) call();
      return applied(state)(request);
    });
    const server = await serve(listGroups(state), inTurn('post', 'groups/update', turn));
    const { code, stderr } = await cli().run([...ADD, ...ONE, ...at(server)], { signal, every });
    expect(code).toBe(130);
    expect(stderr.match(/Finishing the current request.*/g)).toEqual([
      'Finishing the current request. Press Ctrl+C again to stop now.',
    ]);
  });

  it('while a retry is waited for: 130 at once', async () => {
    const { turn, signal } = interrupting(status(503, null, { 'retry-after': '300' }));
    const server = await serve(inTurn('get', 'groups/list', turn));
    const result = await cli().run([...LIST, '--name=x', ...at(server)], { signal });
    expect(result.code).toBe(130);
    expect(server.calls()).toEqual([GROUPS]);
  });

  it.each([
    { what: 'answered', turn: applied },
    { what: 'cut', turn: (state: ReturnType<typeof fakeProget>) => appliedBut(state, noAnswer) },
  ])('while the write is under way ($what): finished, read back, recorded, 130', async (write) => {
    const user = cli();
    const state = fakeProget();
    const { turn, signal } = interrupting(write.turn(state));
    const server = await serve(listGroups(state), inTurn('post', 'groups/update', turn));
    const argv = [...ADD, ...ONE, '--member=djones', ...at(server)];
    expect(await user.run(argv, { signal })).toEqual({
      code: 130,
      stdout:
        'Added jsmith to Developers.\ndjones is already a member of Developers; nothing to do.\nDevelopers: 1 added, 1 already a member.\n',
      stderr: 'groupctl: Interrupted: 2 of 2 done.\n',
    });
    expect(server.calls().slice(0, 3)).toEqual([GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(1)).toMatchObject([
      { t: 'outcome', rows: [[1, 1]], outcome: 'already-member' },
      { t: 'intent', rows: [[0, 0]], before: ['djones'] },
      ...(write.what === 'answered' ? [{ t: 'answer', outcome: 'done' }] : []),
      { t: 'outcome', rows: [[0, 0]], outcome: 'added', verified: true },
      { t: 'end', exit: 130, summary: { added: 1 } },
    ]);
  });

  it('while a write that did not take effect is under way: said so, not sent again', async () => {
    const user = cli();
    const { turn, signal } = interrupting(noAnswer);
    const server = await serve(listGroups(fakeProget()), inTurn('post', 'groups/update', turn));
    const result = await user.run([...ADD, ...ONE, '--json', ...at(server)], { signal });
    expect(result.code).toBe(130);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [{ outcome: 'unknown', verified: false, error: { code: 'interrupted' } }],
      summary: { failed: 0, unknown: 1 },
    });
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(-2)).toMatchObject([
      { t: 'outcome', rows: [[0, 0]], outcome: 'unknown', verified: false },
      { t: 'end', exit: 130, summary: { unknown: 1 } },
    ]);
  });

  it('while the write is read back: the read-back is finished', async () => {
    const state = fakeProget(['jsmith', 'djones']);
    const { turn, signal } = interrupting(groupsOf(state));
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), turn),
      updateGroup(state),
    );
    const result = await cli().run([...REMOVE, ...ONE, ...at(server)], { signal });
    expect(result).toEqual({
      code: 130,
      stdout: 'Removed jsmith from Developers.\n',
      stderr: 'groupctl: Interrupted: 1 of 1 done.\n',
    });
  });

  it('while settling: what was seen last stands', async () => {
    const state = fakeProget();
    const { turn, signal } = interrupting(groupsOf(state));
    const list = inTurn('get', 'groups/list', groupsOf(state), groupsOf(state), turn);
    const server = await serve(list, updateGroup(state));
    const result = await cli().run([...ADD, ...ONE, '--settle=1000', ...at(server)], {
      signal,
      clock: standingClock(),
    });
    expect(result).toEqual({
      code: 130,
      stdout: 'Added jsmith to Developers.\n',
      stderr: 'groupctl: Interrupted: 1 of 1 done.\n',
    });
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS, GROUPS]);
  });

  it('while a 429 to the write is waited out: 130, nothing was written', async () => {
    const user = cli();
    const { turn, signal } = interrupting(status(429, null, { 'retry-after': '300' }));
    const server = await serve(listGroups(fakeProget()), inTurn('post', 'groups/update', turn));
    const result = await user.run([...ADD, ...ONE, '--quiet', ...at(server)], { signal });
    expect(result).toEqual({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /^groupctl: Interrupted: 0 of 1 done\.\nHint: To go on: groupctl resume [0-9A-Z]{26}\n$/,
      ) as string,
    });
    expect(server.writes()).toHaveLength(1);
    expect(journals(user)[0]?.slice(1)).toMatchObject([
      { t: 'intent', rows: [[0, 0]], before: ['djones'] },
      { t: 'outcome', rows: [[0, 0]], outcome: 'not-tried', verified: false },
      { t: 'end', exit: 130, summary: { notTried: 1, unknown: 0 } },
    ]);
  });

  it('while a 429 to the write is waited out: its outcomes are in the result', async () => {
    const { turn, signal } = interrupting(status(429, null, { 'retry-after': '300' }));
    const server = await serve(listGroups(fakeProget()), inTurn('post', 'groups/update', turn));
    const result = await cli().run([...ADD, ...ONE, '--json', ...at(server)], { signal });
    expect(result.code).toBe(130);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'jsmith', outcome: 'not-tried', verified: false, error: { code: 'interrupted' } },
      ],
      summary: { added: 0, notTried: 1, unknown: 0 },
    });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'interrupted', exitCode: 130 });
  });
});
