import { describe, expect, it } from 'vitest';
import { type Answer, fail, FakeInfisical, uuid } from '../fake.ts';
import { errorOf, open, type Opened } from '../helpers.ts';

const BOT = { id: uuid(800_001), name: 'bot' };

/** A server of 2026 with so many users, all of them in Developers, and a machine identity. */
function fakeWith(count: number, nameOf: (n: number) => [string, string]): FakeInfisical {
  const fake = new FakeInfisical().addUsers(count, (n) => {
    const [firstName, lastName] = nameOf(n);
    return { firstName, lastName };
  });
  fake.generation = '2026';
  fake.identities = [BOT];
  const names = fake.users.map(({ username }) => username);
  fake.addGroup('Developers', names).identities = [BOT.id];
  return fake;
}

const DIFFERENT = (n: number): [string, string] => [['Ann', 'Bob', 'Chris'][n % 3] ?? '', `L${n}`];
const EQUAL = (n: number): [string, string] => [['Ann', 'Bob', 'Chris'][n % 3] ?? '', 'Smith'];

async function membersOf({ directory }: Opened): Promise<string[]> {
  const group = await directory.findGroup('Developers');
  const [state] = await directory.snapshot([group]);
  return (state?.members ?? []).map(({ member }) => member);
}

/** The lists that were asked for, each once. */
const listsIn = (fake: FakeInfisical): string[] => [
  ...new Set(fake.calls.map((call) => /groups\/[^/]+\/([a-z-]+)/.exec(call)?.[1] ?? 'groups')),
];

describe('members of a group on a server of 2026', () => {
  it('come in one list, users first, with one read of a small group', async () => {
    const fake = fakeWith(5, DIFFERENT);
    const members = await membersOf(await open(fake));
    expect(members).toHaveLength(6);
    expect(members.at(-1)).toBe(BOT.id);
    expect(fake.calls.filter((call) => call.includes('/members'))).toHaveLength(1);
    expect(listsIn(fake)).toEqual(['groups', 'members']);
  });

  it('are complete over several pages where full names differ, though first names do not', async () => {
    const fake = fakeWith(280, DIFFERENT);
    const members = await membersOf(await open(fake));
    expect(new Set(members).size).toBe(281);
    expect(listsIn(fake)).toEqual(['groups', 'members']);
  });

  it('are found in the list of users, in parts, where equal full names hide some', async () => {
    const fake = fakeWith(280, EQUAL);
    const members = await membersOf(await open(fake));
    expect(new Set(members).size).toBe(281);
    expect(listsIn(fake)).toEqual(['groups', 'members', 'users', 'machine-identities']);
    expect(fake.calls.some((call) => call.includes('username='))).toBe(true);
  });

  it('are never a list that is short: exit 1 with how many of how many', async () => {
    const fake = fakeWith(280, EQUAL);
    fake.extraCount = 3;
    const error = await errorOf(membersOf(await open(fake)));
    expect(error).toMatchObject({ exitCode: 1, code: 'list-incomplete' });
    expect(error.message).toMatch(/^Only 280 of 283 members of "Developers" could be found\./);
  });

  it('count a user once who is in the group several times', async () => {
    const fake = fakeWith(5, DIFFERENT);
    const [first = ''] = fake.groups[0]?.members ?? [];
    fake.groups[0]?.members.push(first, first);
    expect(await membersOf(await open(fake))).toHaveLength(6);
    expect(listsIn(fake)).toEqual(['groups', 'members']);
  });
});

describe('a server without the one list', () => {
  it.each<[string, Answer | undefined]>([
    ['an older one', undefined],
    ['one that answers something else', { status: 200, body: { message: 'Hello' } }],
    ['one that does not open it', fail(403, 'Forbidden access to /x', 'You are not allowed')],
    ['one that wants other parameters', fail(422, 'ValidationFailure', [])],
  ])('%s is asked for it once a run, then for users and machine identities', async (_, answer) => {
    const fake = fakeWith(5, DIFFERENT);
    if (answer === undefined) fake.generation = 'new';
    fake.intercept = (_method, path) => (path.includes('/members?') ? answer : undefined);
    const opened = await open(fake);
    expect(await membersOf(opened)).toHaveLength(6);
    expect(await membersOf(opened)).toHaveLength(6);
    expect(fake.calls.filter((call) => call.includes('/members'))).toHaveLength(1);
  });

  it('that fails with 500 on it is a server that fails', async () => {
    const fake = fakeWith(5, DIFFERENT);
    fake.intercept = (_method, path) =>
      path.includes('/members?') ? fail(500, 'Find', 'Something went wrong') : undefined;
    expect(await errorOf(membersOf(await open(fake)))).toMatchObject({ kind: 'server' });
  });
});
