import { foldName } from '../../src/domain/names.ts';
import { CHANGED, isNames, isObject, readable, readExactly } from './readable.ts';
import { isAsked, type Ran } from './rules.ts';
import type { Exchange } from './server.ts';

const UPDATE = '/api/security/groups/update';
const ADD = '/api/security/groups/add';
const DELETE = '/api/security/groups/delete';
const LIST = '/api/security/groups/list';
const USERS = '/api/security/users/list';

/** Sent again, at most, where no answer came. */
const SENDS = 3;

interface Group extends Record<string, unknown> {
  readonly name: string;
  readonly users: string[];
}

/** What a run may write on ProGet: lists with everybody in them, and only what was asked for. */
export function progetWrites({ exchanges, asked, words }: Ran): string[] {
  const faults: string[] = [];
  let groups: Exchange | undefined;
  let users: Exchange | undefined;
  const calls = { [ADD]: 0, [DELETE]: 0 };
  for (const exchange of exchanges) {
    const { method, path, body } = exchange;
    const [call = ''] = path.split('?');
    if (method === 'GET' && call === LIST) groups = exchange;
    if (method === 'GET' && call === USERS) users = exchange;
    if (method === 'GET') continue;
    const fault =
      call === UPDATE
        ? update(JSON.parse(body) as Group, groups, users, asked, words)
        : call === ADD
          ? addition(JSON.parse(body) as Group, asked)
          : call === DELETE
            ? deletion(path, asked)
            : `It sent ${method} ${call}.`;
    if (call === ADD || call === DELETE) calls[call]++;
    if (fault !== undefined) faults.push(fault);
  }
  // Another verb is tried where one of them is not there; each may get no answer three times.
  if (asked.makes !== undefined && (calls[ADD] > SENDS || calls[DELETE] > 2 * SENDS))
    faults.push('It sent a call again and again.');
  return faults;
}

/** A list that is written has to be the one read last, with what was asked for and no more. */
function update(
  sent: Group,
  groups: Exchange | undefined,
  users: Exchange | undefined,
  { group, adds = [], removes }: Ran['asked'],
  words: readonly string[],
): string | undefined {
  if (removes === undefined && adds.length === 0) return 'It wrote a list that nobody asked for.';
  if (group === undefined || !isAsked(sent.name, [group])) return `It wrote ${sent.name}.`;
  const base = readGroup(sent.name, groups, users);
  if (base === undefined) return 'It wrote a list after it could read none.';
  const isSync = words.includes('sync');
  const mayGo = (name: string): boolean =>
    isSync ? !isAsked(name, adds) : isAsked(name, removes ?? []);
  const lost = base.users.filter((name) => !mayGo(name) && !sent.users.includes(name));
  if (lost.length > 0) return `Its list lacks ${JSON.stringify(lost)}.`;
  const before = new Set(base.users);
  const added = sent.users.filter((name) => !before.has(name) && !isAsked(name, adds));
  if (added.length > 0) return `Its list has ${JSON.stringify(added)} besides.`;
  const exact = readGroup(sent.name, groups, users, readExactly);
  if (exact !== undefined && JSON.stringify({ ...exact, users: [] }).includes(CHANGED))
    return 'It wrote a group with a number that JSON.parse changes.';
  return otherProperties(sent, base);
}

/** What else the server says of a group goes back as it was. */
function otherProperties(sent: Group, base: Group): string | undefined {
  const keys = new Set([...Object.keys(sent), ...Object.keys(base)]);
  keys.delete('users');
  for (const key of keys) {
    const [now, then] = [Object.hasOwn(sent, key), Object.hasOwn(base, key)];
    const same = now && then && JSON.stringify(sent[key]) === JSON.stringify(base[key]);
    if (!same) return `It changed the property ${JSON.stringify(key)} of the group.`;
  }
  return undefined;
}

/** A group as the last list has it; undefined where that is not to be read, or does not tell. */
function readGroup(
  name: string,
  list: Exchange | undefined,
  users: Exchange | undefined,
  read = readable,
): Group | undefined {
  const groups = list?.wire === undefined ? undefined : read(list.wire);
  if (!Array.isArray(groups) || !groups.every(isGroup)) return undefined;
  const found = groups.filter((each) => each['name'] === name);
  const [group] = found;
  if (group === undefined || found.length > 1) return undefined;
  if (isNames(group['users'])) return group as Group;
  const leavesOut = groups.some((each) => isNames(each['users']));
  if (leavesOut || showsNobodyIn(name, users)) return { ...group, users: [] } as unknown as Group;
  return undefined;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || typeof value['name'] !== 'string') return false;
  const { users } = value;
  return users === undefined || users === null || isNames(users);
}

/** True if the list of users tells their groups, and shows this one with nobody (contract: "Objects"). */
function showsNobodyIn(name: string, list: Exchange | undefined): boolean {
  const users = list?.wire === undefined ? undefined : readable(list.wire);
  if (!Array.isArray(users)) return false;
  if (users.length === 0) return true;
  const groups = users.map((user) => (isObject(user) ? user['groups'] : undefined));
  const told = groups.filter(isNames);
  return told.length > 0 && !told.flat().some((each) => foldName(each) === foldName(name));
}

/** The older server's call adds members; today's makes a group. */
function addition(sent: Group, { group, adds = [], makes }: Ran['asked']): string | undefined {
  if (group === undefined || !isAsked(sent.name, [group])) return `It wrote ${sent.name}.`;
  if (makes === 'create') return sent.users.length > 0 ? 'It made a group of somebody.' : undefined;
  if (makes !== undefined || adds.length === 0) return 'It wrote what nobody asked for.';
  return sent.users.every((name) => isAsked(name, adds)) ? undefined : 'It added somebody else.';
}

function deletion(path: string, { group, makes }: Ran['asked']): string | undefined {
  const name = new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('group') ?? '';
  if (makes !== 'delete' || group === undefined) return 'It deleted what nobody asked for.';
  return isAsked(name, [group]) ? undefined : `It deleted ${name}.`;
}
