import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { ADD, at, jsonError, MEMBERS, standingClock } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import { type FakeGroup, type FakeProget, fakeProget, listGroups } from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { accountAmong, SameListCount, storedAs } from '../../../src/backends/whole-list/kept.ts';
import { add, remove, Stage } from './converge-stage.ts';

/** A server that accepts each list and stores what `store` makes of it. */
async function serveStore(
  state: FakeProget,
  store: (users: readonly string[]) => string[],
): Promise<TestServer> {
  return await serve(
    listGroups(state),
    http.post('*/api/security/groups/update', async ({ request }) => {
      const { users, ...group } = (await request.json()) as FakeGroup;
      state.groups = [{ ...group, users: [...new Set(store(users ?? []))] }];
      return HttpResponse.json(state.groups[0]);
    }),
  );
}

const accountOnly = (users: readonly string[]): string[] =>
  users.map((user) => user.replace(/@.*/, ''));

const UNCHECKED = ['--name=Developers', '--no-user-check'];

describe('a server that stores another name than it was sent', () => {
  it('fails the row as stored-as after three writes, exit 5, and names what it shows', async () => {
    const clock = standingClock();
    const state = fakeProget(['djones']);
    const server = await serveStore(state, accountOnly);
    const argv = [...ADD, ...UNCHECKED, '--member=x@corp.test', ...at(server)];
    const result = await cli().run(argv, { clock });
    expect(result).toEqual({
      code: 5,
      stdout: '',
      stderr:
        'Developers does not show the change, or no longer: writing it again.\n' +
        'groupctl: The server stored "x@corp.test" as "x": "Developers" shows "x" instead.\n' +
        'Hint: Use the name that the server shows. If "x" is somebody else, remove "x" from "Developers".\n',
    });
    expect(server.writes()).toHaveLength(3);
    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(3000);
  });

  it('says so in the row under --json, and leaves the rows that are done: 7', async () => {
    const server = await serveStore(fakeProget(['djones']), accountOnly);
    const names = ['--member=x@corp.test', '--member=jsmith'];
    const result = await cli().run([...ADD, ...UNCHECKED, ...names, '--json', ...at(server)]);
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        {
          member: 'x@corp.test',
          outcome: 'failed',
          verified: true,
          error: { code: 'stored-as', details: { storedAs: 'x' } },
        },
        { member: 'jsmith', outcome: 'added', verified: true },
      ],
      summary: { added: 1, failed: 1, unknown: 0 },
    });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'partial', exitCode: 7 });
  });

  it('names the member that is there when nothing new shows: not-kept', async () => {
    const state = fakeProget(['djones', 'x']);
    const server = await serveStore(state, accountOnly);
    const result = await cli().run([
      ...[...ADD, ...UNCHECKED, '--member=x@corp.test', '--json', ...at(server)],
    ]);
    expect(result.code).toBe(5);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'not-kept',
      message: 'The server accepted the change, but "Developers" does not show "x@corp.test".',
      hint: '"Developers" has the member "x". Check whether that is the same account.',
    });
  });
});

describe('a server that accepts a write and does nothing', () => {
  it('fails an addition as not-kept after three writes: 5', async () => {
    const state = fakeProget(['djones']);
    const server = await serveStore(state, (users) => users.filter((user) => user !== 'jsmith'));
    const result = await cli().run([...ADD, ...UNCHECKED, '--member=jsmith', ...at(server)]);
    expect(result).toEqual({
      code: 5,
      stdout: '',
      stderr:
        'Developers does not show the change, or no longer: writing it again.\n' +
        'groupctl: The server accepted the change, but "Developers" does not show "jsmith".\n' +
        'Hint: Check on the server whether it can store this member, and whether another program resets the group.\n',
    });
    expect(server.writes()).toHaveLength(3);
  });

  it('fails a removal as not-kept after three writes: 5', async () => {
    const state = fakeProget(['djones', 'jsmith']);
    const server = await serveStore(state, () => ['djones', 'jsmith']);
    const argv = [...MEMBERS, 'remove', '--name=Developers', '--member=jsmith', '--json'];
    const result = await cli().run([...argv, ...at(server)]);
    expect(result.code).toBe(5);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [{ member: 'jsmith', outcome: 'failed', error: { code: 'not-kept' } }],
    });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'not-kept',
      message: 'The server accepted the change, but "Developers" still shows "jsmith".',
    });
    expect(server.writes()).toHaveLength(3);
  });
});

describe('a server that only seems to drop a change', () => {
  it('has two seconds to show a write that takes effect after its answer', async () => {
    const stage = new Stage([]);
    takesEffectAfter(stage, 1900);
    expect(await stage.run([add('a')])).toMatchObject({ missing: [] });
    expect(stage.said('write')).toHaveLength(3);
  });

  it('is written to again when the list has changed at the last read', async () => {
    const stage = new Stage([]);
    takesEffectAfter(stage, Infinity);
    stage.at(1500, () => void shown.splice(0, 1, 'other'));
    const shown: string[] = [];
    Object.defineProperty(stage, 'members', { get: () => [...shown], set: () => undefined });
    expect(await stage.run([add('a')])).toMatchObject({
      missing: [add('a')],
      reason: { kind: 'not-kept', before: [], members: ['other'] },
    });
    expect(stage.said('write')).toHaveLength(6);
  });

  it('is taken for busy as long as somebody else changes the list', async () => {
    const stage = new Stage([]);
    let looks = 0;
    Object.defineProperty(stage, 'members', {
      get: () => [`other${looks++}`],
      set: () => undefined,
    });
    const end = await stage.run([add('a')], { limitMs: 10_000 });
    expect(end.reason).toEqual({ kind: 'not-settled' });
  });

  it('is interrupted in its last read: in doubt', async () => {
    const stage = new Stage([]);
    takesEffectAfter(stage, Infinity);
    stage.at(1500, () => stage.abort.abort());
    expect(await stage.run([add('a')])).toMatchObject({
      missing: [add('a')],
      reason: { kind: 'interrupted' },
    });
  });
});

/** Each write is answered at once, and is in the list that many milliseconds later. */
function takesEffectAfter(stage: Stage, ms: number): void {
  let members: readonly string[] = stage.members;
  Object.defineProperty(stage, 'members', {
    get: () => members,
    set: (sent: readonly string[]) => {
      if (ms !== Infinity) stage.at(stage.clock.now() + ms, () => void (members = sent));
    },
  });
}

describe('storedAs', () => {
  it('pairs names by what they have in common, the longest first', () => {
    const [a, b] = [add('x@corp'), add('xx@corp')];
    const pairs = storedAs([a, b], [a, b], ['old'], ['old', 'x', 'xx']);
    expect([pairs.get(a), pairs.get(b)]).toEqual(['x', 'xx']);
  });

  it('pairs the only new name with the only missing one', () => {
    const a = add('jsmith');
    expect(storedAs([a], [a, add('b')], [], ['b', 'John Smith']).get(a)).toBe('John Smith');
  });

  it('pairs the one that is left when the others have something in common', () => {
    const [a, b] = [add('x@corp'), add('jsmith')];
    const pairs = storedAs([a, b], [a, b], [], ['x', 'John Smith']);
    expect([pairs.get(a), pairs.get(b)]).toEqual(['x', 'John Smith']);
  });

  it('guesses nothing where one name is missing and two are new, or two and one', () => {
    const [a, b] = [add('p'), add('q')];
    expect(storedAs([a], [a], [], ['m', 'n']).size).toBe(0);
    expect(storedAs([a, b], [a, b], [], ['m']).size).toBe(0);
    expect(storedAs([a], [a], [], []).size).toBe(0);
  });

  it('guesses nothing between several, and nothing for a removal', () => {
    const [a, b, c] = [add('p'), add('q'), remove('r')];
    expect(storedAs([a, b, c], [a, b, c], ['r'], ['r', 'm', 'n']).size).toBe(0);
    expect(storedAs([c], [c], ['r'], ['r', 'm']).size).toBe(0);
  });
});

describe('the answers of a server', () => {
  it('are the same list in any order, and each name counts once', () => {
    const answers = new SameListCount();
    expect(answers.isSameAsLast([])).toBe(false);
    answers.countReadBack(['a', 'b']);
    expect(answers.isSameAsLast(['b', 'a', 'a'])).toBe(true);
    expect(answers.isSameAsLast(['a'])).toBe(false);
    expect(answers.isSameAsLast(['a', 'b', 'c'])).toBe(false);
  });

  it('show that a change is not kept after three alike, and counting starts over', () => {
    const answers = new SameListCount();
    const notes = (...lists: string[][]): boolean[] =>
      lists.map((list) => answers.countReadBack(list));
    expect(notes(['a'], ['a'], ['b'], ['b'], ['b'])).toEqual([false, false, false, false, true]);
    answers.forget();
    expect(answers.isSameAsLast(['b'])).toBe(false);
    expect(notes(['b'], ['b'], ['b'])).toEqual([false, false, true]);
  });
});

describe('accountAmong', () => {
  it.each([
    ['x@corp.test', 'x'],
    ['CORP\\X', 'x'],
    ['x', undefined],
    ['@corp', undefined],
    ['y@corp', undefined],
  ])('%s: %s', (name, found) => {
    expect(accountAmong(name, ['a', 'x'])).toBe(found);
  });
});
