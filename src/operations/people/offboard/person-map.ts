import { didYouMean, sentences } from '../../../domain/sentences.ts';
import { distance } from 'fastest-levenshtein';
import type { Deps } from '../../../cli/deps.ts';
import type { RowOrigin } from '../../../domain/change.ts';
import type { MemberRef } from '../../../domain/group.ts';
import { nearest } from '../../../domain/near.ts';
import { inQuotes, quotedIfPadded } from '../../../domain/shorten.ts';
import { GroupctlError, usageError } from '../../../errors.ts';
import type { People, PeopleRow } from '../../../files/people.ts';
import type { Connections } from './connections.ts';
import { type Column, rowsWith } from './map-rows.ts';

/** Which account is this person on each source, as a file says. */
export interface PersonMap {
  /** True for one of several sources on which the person has no account: it is not asked. */
  leavesOut(source: string): boolean;
  /**
   * The person's account on a source that is asked.
   *
   * @throws usage (2) `no-such-column`, `not-in-map`; what finding the person's row throws
   */
  require(source: string): Promise<Mapped>;
}

export interface Mapped {
  readonly name: string;
  readonly row: RowOrigin;
  /** True for an account that another row of the file has, to the letter. */
  isAnothers(member: string): boolean;
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
  connections: Connections,
): Promise<PersonMap> {
  const { readPeople } = await import('../../../files/people.ts');
  const people = await deps.waitForInput((signal) => readPeople(path, signal));
  const known = (await deps.sources()).list().map(({ name }) => name);
  const columns = columnsOf(people, known);
  people.assertNames(columns.map(({ at }) => at));
  const theRow = async (within: readonly Column[]): Promise<PeopleRow> =>
    onlyOne(await rowsWith(ref, people, within, connections), people, ref);
  if (!allSources) {
    return {
      leavesOut: () => false,
      async require(source) {
        const own = columnsOf(people, [source]);
        if (own.length === 0) throw noColumnError(people, [source]);
        people.assertNames(own.map(({ at }) => at));
        // The person's row is the one that has the name on this source, else on any other.
        const here = await rowsWith(ref, people, own, connections);
        const row = here.length > 0 ? onlyOne(here, people, ref) : await theRow(columns);
        return mapped(source, row, people);
      },
    };
  }
  // A misspelt column would leave the person on that server, and say nothing.
  const without = known.filter((source) => people.column(source) === undefined);
  if (without.length > 0) throw noColumnError(people, without);
  const row = await theRow(columns);
  return {
    leavesOut: (source) => cellOf(row, people.column(source)) === undefined,
    require: (source) => Promise.resolve(mapped(source, row, people)),
  };
}

/** @throws usage (2) `not-in-map` */
function mapped(source: string, row: PeopleRow, people: People): Mapped {
  const at = people.column(source);
  const name = cellOf(row, at);
  if (name === undefined) throw noNameError(source, row, people);
  const others = people.rows.filter((each) => each !== row);
  return {
    name,
    row: { file: people.file, line: row.line },
    isAnothers: (member) => member !== name && others.some((each) => cellOf(each, at) === member),
  };
}

/**
 * The one row that holds the name. Two may be two people, and which one is meant is not guessed.
 *
 * @throws not-found (4) `not-in-map`; ambiguous (2) `ambiguous-member` with the lines
 */
function onlyOne(rows: readonly PeopleRow[], people: People, ref: MemberRef): PeopleRow {
  const [row, ...more] = rows;
  if (row === undefined) {
    throw new GroupctlError(
      'not-found',
      `${people.file} has no row with ${ref.name} in a column of these sources.`,
      {
        code: 'not-in-map',
        hint: 'Each row has the names that one person has on the sources, each in the column of its source.',
        nothingWritten: true,
      },
    );
  }
  if (more.length === 0) return row;
  const lines = rows.map(({ line }) => line);
  throw new GroupctlError(
    'ambiguous',
    `${people.file}: ${ref.name} is in several rows (lines ${lines.join(', ')}), so it can mean several people.`,
    {
      code: 'ambiguous-member',
      hint: 'Type a name that only this person has, or name one source with --source.',
      nothingWritten: true,
      details: { member: ref.name, lines },
    },
  );
}

function cellOf({ cells }: PeopleRow, at: number | undefined): string | undefined {
  const cell = at === undefined ? '' : (cells[at] ?? '');
  return cell === '' ? undefined : cell;
}

function columnsOf(people: People, sources: readonly string[]): Column[] {
  return sources.flatMap((source) => {
    const at = people.column(source);
    return at === undefined ? [] : [{ source, at }];
  });
}

function noNameError(source: string, { line }: PeopleRow, { file }: People): GroupctlError {
  return usageError(
    `${file}, line ${line}: this person has no name on ${source}.`,
    undefined,
    'not-in-map',
    { nothingWritten: true },
  );
}

function noColumnError({ file, columns }: People, sources: readonly string[]): GroupctlError {
  const quoted = (names: readonly string[]): string => names.map(inQuotes).join(', ');
  const near = sources.flatMap((source) => nearest(source, columns, distance));
  return usageError(
    `${file} has no column ${quoted(sources)}; it has ${quoted(columns)}.`,
    sentences(
      didYouMean(near.map(quotedIfPadded)),
      'The first line names the sources, and an empty cell says that the person has no account there.',
    ),
    'no-such-column',
    { nothingWritten: true },
  );
}
