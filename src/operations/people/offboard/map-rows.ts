import type { MemberRef } from '../../../domain/group.ts';
import { EVERY_SPELLING, NO_ACCOUNTS } from '../../../domain/accounts.ts';
import { type Accounts, sameName } from '../../../domain/names.ts';
import { onSource, reworded } from '../../../errors.ts';
import type { People, PeopleRow } from '../../../files/people.ts';
import { accountsAmong } from '../../accounts.ts';
import type { Connections } from './connections.ts';

/** The rows of people.csv that hold a name which was typed. */

/** A column of the file, and the source that it is about. */
export interface Column {
  readonly source: string;
  readonly at: number;
}

/**
 * The rows that hold the name: to the letter, else in any case. Where names that are alike are two
 * accounts, the second counts only if the server has nobody who is called exactly so.
 *
 * @throws what asking a server about a spelling throws
 */
export async function rowsWith(
  typed: MemberRef,
  { rows }: People,
  columns: readonly Column[],
  connections: Connections,
): Promise<PeopleRow[]> {
  const cell = (row: PeopleRow, { at }: Column): string => row.cells[at] ?? '';
  const hasExact = rows.some((row) => columns.some((column) => cell(row, column) === typed.name));
  const ref = hasExact ? typed : { ...typed, name: typed.name.trim() };
  const found = new Set(
    rows.filter((row) => columns.some((column) => cell(row, column) === ref.name)),
  );
  for (const column of columns) {
    const alike = rows.filter((row) => !found.has(row) && sameName(cell(row, column), ref.name));
    if (alike.length === 0) continue;
    const hasOwnRow = rows.some((row) => cell(row, column) === ref.name);
    const names = alike.map((row) => cell(row, column));
    const accounts = await accountsOn(column.source, ref, names, hasOwnRow, connections);
    for (const row of alike) if (accounts.isSame(cell(row, column), ref.name)) found.add(row);
  }
  return rows.filter((row) => found.has(row));
}

/** Which of these spellings of the name are the same account. */
async function accountsOn(
  source: string,
  ref: MemberRef,
  spellings: readonly string[],
  hasOwnRow: boolean,
  connections: Connections,
): Promise<Accounts> {
  const { directory } = await connections.to(source);
  try {
    if (directory.caseInsensitive) return await accountsAmong(directory, [ref.name], spellings);
    // The file itself has both spellings.
    if (hasOwnRow) return EVERY_SPELLING;
    if (!(await directory.hasType(ref.type))) return NO_ACCOUNTS;
    const resolution = (await directory.resolve([ref])).get(ref.name);
    const isOwn = resolution?.kind === 'found' && resolution.name === ref.name;
    return isOwn ? EVERY_SPELLING : NO_ACCOUNTS;
  } catch (error) {
    const failure = onSource(error, source);
    if (failure.kind === 'interrupted') throw failure;
    throw reworded(failure, {
      message: `It is not known whether ${ref.name} is somebody else on ${source}: ${failure.message}`,
      hint: 'Type the name exactly as the file has it.',
      nothingWritten: true,
    });
  }
}
