import type { Deps } from '../../../../deps.ts';
import type { MemberRef } from '../../../../domain/group.ts';
import { foldName, sameName } from '../../../../domain/names.ts';
import { GroupctlError, usageError } from '../../../../errors.ts';
import type { People, PeopleRow } from '../../../../input/people.ts';

/** Which account is this person on each source, as a file says. */
export interface PersonMap {
  /** Of every source that is asked; undefined: the person has no account there. */
  on(source: string): string | undefined;
  /**
   * Of the one source that is asked.
   *
   * @throws usage (2) `no-such-column`, `not-in-map`; what finding the person's row throws
   */
  require(source: string): string;
}

/**
 * Reads people.csv: a column for each source that is asked, in each row the names one person has
 * there, an empty cell for no account. Other columns are ignored.
 *
 * @throws usage (2) for a file that cannot be used; with `allSources` what finding the row throws
 */
export async function readPersonMap(
  path: string,
  ref: MemberRef,
  allSources: boolean,
  deps: Deps,
): Promise<PersonMap> {
  const { readPeople } = await import('../../../../input/people.ts');
  const people = await readPeople(path);
  const known = (await deps.sources()).list().map(({ name }) => name);
  const columns = placesOf(people, known);
  if (!allSources) {
    return {
      on: () => undefined,
      require: (source) => nameOn(source, ref, people, columns),
    };
  }
  // A misspelt column would leave the person on that server, and say nothing.
  const without = known.filter((source) => people.column(source) === undefined);
  if (without.length > 0) throw noColumn(people, without);
  const row = theRow(people, ref, columns);
  const on = (source: string): string | undefined => cellOf(row, people.column(source));
  return { on, require: (source) => on(source) ?? nobodyOn(source, row, people) };
}

/** The person's row is the one that has the name on this source, else on any other. */
function nameOn(
  source: string,
  ref: MemberRef,
  people: People,
  columns: readonly number[],
): string {
  const own = people.column(source);
  if (own === undefined) throw noColumn(people, [source]);
  const here = people.rows.some((row) => holds(row, [own], ref));
  const row = theRow(people, ref, here ? [own] : columns);
  return cellOf(row, own) ?? nobodyOn(source, row, people);
}

/**
 * The one row that holds the name. Two may be two people, and which one is meant is not guessed.
 *
 * @throws not-found (4) `not-in-map`; ambiguous (2) `ambiguous-member` with the lines
 */
function theRow(people: People, ref: MemberRef, columns: readonly number[]): PeopleRow {
  const rows = people.rows.filter((row) => holds(row, columns, ref));
  const [row, ...more] = rows;
  if (row === undefined) {
    throw new GroupctlError('not-found', `${people.file} has no row with ${ref.name}.`, {
      code: 'not-in-map',
      hint: `Each row has the names that one person has on the sources. ${NOTHING}`,
    });
  }
  if (more.length === 0) return row;
  const lines = rows.map(({ line }) => line);
  throw new GroupctlError(
    'ambiguous',
    `${people.file}: ${ref.name} is in several rows (lines ${lines.join(', ')}), so it can mean several people.`,
    {
      code: 'ambiguous-member',
      hint: `Type a name that only this person has, or name one source with --source. ${NOTHING}`,
      details: { member: ref.name, lines },
    },
  );
}

function holds({ cells }: PeopleRow, columns: readonly number[], { name }: MemberRef): boolean {
  return columns.some((at) => sameName(cells[at] ?? '', name));
}

function cellOf({ cells }: PeopleRow, at: number | undefined): string | undefined {
  const cell = at === undefined ? '' : (cells[at] ?? '');
  return cell === '' ? undefined : cell;
}

function placesOf(people: People, sources: readonly string[]): number[] {
  const wanted = new Set(sources.map(foldName));
  return people.columns.flatMap((name, at) => (wanted.has(foldName(name)) ? [at] : []));
}

function nobodyOn(source: string, { line }: PeopleRow, { file }: People): never {
  throw usageError(
    `${file}, line ${line}: this person has no name on ${source}.`,
    NOTHING,
    'not-in-map',
  );
}

function noColumn({ file, columns }: People, sources: readonly string[]): GroupctlError {
  const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  return usageError(
    `${file} has no column ${quoted(sources)}; it has ${quoted(columns)}.`,
    'Its first line names the sources, and an empty cell says that the person has no account there.',
    'no-such-column',
  );
}

const NOTHING = 'Nothing was done.';
