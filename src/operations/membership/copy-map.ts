import type { GroupDirectory } from '../../backends/port.ts';
import type { Deps } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Member, MemberRef } from '../../domain/group.ts';
import { type Accounts, foldName } from '../../domain/names.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import { accountsAmong } from '../accounts.ts';
import type { People, PeopleRow } from '../../files/people.ts';

/** Who the members of one server are on another, as people.csv says. */

export interface CopyMap {
  readonly people: People;
  readonly fromAt: number;
  readonly toAt: number;
}

/**
 * Reads the file; a column is called as its source is, or `from` and `to`.
 *
 * @throws usage (2) for a file that cannot be used
 */
export async function readCopyMap(
  path: string,
  from: string,
  to: string,
  deps: Deps,
): Promise<CopyMap> {
  const { readPeople } = await import('../../files/people.ts');
  const people = await deps.waitForInput((signal) => readPeople(path, signal));
  const fromAt = columnOf(people, from, 'from');
  const toAt = columnOf(people, to, 'to');
  people.assertNames([...new Set([fromAt, toAt])]);
  return { people, fromAt, toAt };
}

function columnOf(people: People, source: string, role: string): number {
  const own = people.column(source);
  const byRole = people.column(role);
  if (own !== undefined && byRole !== undefined) assertAgree(people, own, byRole);
  const at = own ?? byRole;
  if (at !== undefined) return at;
  throw usageError(
    `${people.file} has no column "${source}" or "${role}"; it has ${people.columns.map((name) => `"${name}"`).join(', ')}.`,
    'The first line names the sources.',
    'no-such-column',
    { nothingWritten: true },
  );
}

/** @throws usage (2) `ambiguous-column`: two columns are about one source, and a row has two names in them */
function assertAgree({ file, columns, rows }: People, one: number, other: number): void {
  const odd = rows.find(({ cells }) => cells[one] !== cells[other]);
  if (odd === undefined) return;
  const named = [one, other].map((at) => `"${columns[at] ?? ''}"`).join(' and ');
  throw usageError(
    `${file}, line ${odd.line}: the columns ${named} are about the same source, and differ.`,
    'Delete or rename one of them.',
    'ambiguous-column',
    { nothingWritten: true },
  );
}

/**
 * The row of each member who has one, by the name as the server lists it. A row is for the account
 * that it names to the letter; for one in another case only where that is the same account.
 *
 * @throws usage (2) `bad-row`: two rows for one account
 */
export async function rowsOfMembers(
  { people, fromAt }: CopyMap,
  members: readonly Member[],
  directory: GroupDirectory,
): Promise<ReadonlyMap<string, PeopleRow>> {
  const names = members.map(({ member }) => member);
  const accounts = await accountsAmong(directory, namesIn(people, fromAt), names);
  const rows = rowsBy(people, fromAt, accounts);
  const found = new Map<string, PeopleRow>();
  const byFold = new Map<string, Member>();
  for (const member of members) {
    const row = rows.get(accounts.keyOf(member.member));
    if (row === undefined) byFold.set(foldName(member.member), member);
    else found.set(member.member, row);
  }
  if (directory.caseInsensitive) return found;
  const asked = new Map<string, MemberRef>();
  const taken = new Set(found.values());
  for (const [name, row] of rows) {
    const alike = taken.has(row) ? undefined : byFold.get(foldName(name));
    if (alike !== undefined) asked.set(name, { type: alike.type, name });
  }
  if (asked.size === 0) return found;
  const spelled = await directory.resolve([...asked.values()]);
  for (const name of asked.keys()) {
    const [row, resolution] = [rows.get(name), spelled.get(name)];
    if (row === undefined || resolution?.kind !== 'found') continue;
    const earlier = found.get(resolution.name);
    if (earlier !== undefined) throw twoRowsError(people, row, earlier, name);
    found.set(resolution.name, row);
  }
  return found;
}

/** @throws usage (2) `bad-row`: two rows for one account, as far as the names alone tell */
export async function assertTargets(
  { people, toAt }: CopyMap,
  directory: GroupDirectory,
): Promise<void> {
  rowsBy(people, toAt, await accountsAmong(directory, namesIn(people, toAt)));
}

/**
 * The same once the server was asked how it spells the names.
 *
 * @param changes the additions, under the server's spelling
 * @throws usage (2) `bad-row`
 */
export async function assertOneRowPerAccount(
  { people, toAt }: CopyMap,
  changes: readonly MemberChange[],
  directory: GroupDirectory,
): Promise<void> {
  const names = changes.map(({ member }) => member);
  const accounts = await accountsAmong(directory, namesIn(people, toAt), names);
  const owners = rowsBy(people, toAt, accounts);
  for (const { member, requested } of changes) {
    const own = owners.get(accounts.keyOf(requested));
    const key = accounts.keyOf(member);
    const owner = owners.get(key);
    if (own === undefined || owner === own) continue;
    if (owner !== undefined) throw twoRowsError(people, own, owner, requested);
    owners.set(key, own);
  }
}

function namesIn({ rows }: People, at: number): string[] {
  return rows.map(({ cells }) => cells[at] ?? '');
}

/** The rows by the name in one column. */
function rowsBy(people: People, at: number, accounts: Accounts): Map<string, PeopleRow> {
  const rows = new Map<string, PeopleRow>();
  for (const row of people.rows) {
    const name = row.cells[at] ?? '';
    if (name === '') continue;
    const key = accounts.keyOf(name);
    const earlier = rows.get(key);
    if (earlier !== undefined) throw twoRowsError(people, row, earlier, name);
    rows.set(key, row);
  }
  // Blanks around a name count only where it is somebody's with them.
  for (const row of people.rows) {
    const name = row.cells[at] ?? '';
    const key = accounts.keyOf(name.trim());
    if (name !== name.trim() && !rows.has(key)) rows.set(key, row);
  }
  return rows;
}

function twoRowsError(
  { file }: People,
  one: PeopleRow,
  other: PeopleRow,
  name: string,
): GroupctlError {
  const [earlier, later] = one.line < other.line ? [one, other] : [other, one];
  return usageError(
    `${file}, line ${later.line}: ${name} has a row already (line ${earlier.line}).`,
    'Each person takes one.',
    'bad-row',
  );
}
