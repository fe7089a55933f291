import type { GroupDirectory } from '../../backends/port.ts';
import type { Deps } from '../../cli/deps.ts';
import type { Group } from '../../domain/group.ts';
import { shortened } from '../../domain/shorten.ts';
import { unicodePattern } from '../../domain/unicode-pattern.ts';
import { undefinedIf } from '../../errors.ts';
import type { GroupCell } from '../../files/member-file.ts';
import { unseenIn } from '../../files/name.ts';
import { identifyingText, isNamed, identifiesGroup, textsOf } from './group-names.ts';
import type { MemberInput, RequestedMember } from './plan.ts';
import {
  columnsDifferError,
  type GroupRow,
  noGroupError,
  noRowsError,
  otherGroupError,
  severalGroupsError,
  unclearColumnError,
  unseenInGroupError,
} from './rows-of-group-errors.ts';

/** Files of several groups: which of their rows are about the group that is changed. */

interface GroupOptions {
  readonly name: string;
  /** `--group-column`. */
  readonly groupColumn?: string | undefined;
}

/**
 * The rows of `--name` (its name, slug or id), where `--group-column` says which column tells; without
 * that option, all rows of a file in which no other group is named. Rows that are left out are counted
 * in a note; one that may be about the group after all is not left out, but refused.
 *
 * @throws usage (2): `other-group`, `no-rows-of-group`, `bad-row`, `ambiguous-column`; what finding the
 *   group throws
 */
export async function rowsOfGroup(
  input: MemberInput,
  { name, groupColumn }: GroupOptions,
  directory: GroupDirectory,
  { warn }: Pick<Deps, 'warn'>,
): Promise<MemberInput> {
  const { requested, file } = input;
  const rows = requested.filter(saysGroup);
  if (file === undefined || rows.length === 0) return input;
  assertVisible(rows);
  if (groupColumn === undefined) {
    const naming = rows.filter((row) => !row.groups.every(isBlank));
    if (naming.length === 0) return input;
    const group = await directory.findGroup(name);
    assertOnlyGroup(naming, group);
    await assertUnambiguous(naming, group, directory);
    return input;
  }
  const column = rows[0]?.groups[0]?.column ?? groupColumn;
  const blank = rows.find((row) => row.groups.every(isBlank));
  if (blank !== undefined) throw noGroupError(blank);
  const group = await directory.findGroup(name);
  const isOfGroup = isOf(group);
  const others = new Set(rows.filter((row) => !row.groups.some(isOfGroup)));
  const own = rows.filter((row) => !others.has(row));
  await assertUnambiguous(own, group, directory);
  if (others.size === 0) return input;
  await assertOthers([...others], group, directory);
  if (others.size === rows.length) throw noRowsError(file.file, column, group);
  const count =
    others.size === 1 ? '1 row of another group is' : `${others.size} rows of other groups are`;
  warn(`${file.file}: ${count} left out (column ${shortened(column)}).`);
  const leftOut = new Set([...others].map(({ row }) => row));
  return {
    requested: requested.filter((row) => !saysGroup(row) || !others.has(row)),
    // A row of another group may have the name and the line of one of this group.
    file: { ...file, rows: file.rows.filter(({ row }) => !leftOut.has(row)) },
  };
}

function saysGroup(row: RequestedMember): row is GroupRow {
  return row.groups !== undefined;
}

function isOf(group: Group): (cell: GroupCell) => boolean {
  return ({ names }) => names.some((each) => isNamed(each, group));
}

function isBlank({ names }: GroupCell): boolean {
  return names.flatMap(textsOf).every((each) => each.trim() === '');
}

/** @throws usage (2) `bad-row`: a group that looks like another one, or like none */
function assertVisible(rows: readonly GroupRow[]): void {
  for (const row of rows) {
    for (const cell of row.groups) {
      const what = cell.names
        .flatMap(textsOf)
        .map((each) => unseenIn(each.trim()))
        .find((each) => each !== undefined);
      if (what !== undefined) throw unseenInGroupError(row, cell, what);
    }
  }
}

/** @throws usage (2): a row names another group (`other-group`), or two (`ambiguous-column`) */
function assertOnlyGroup(rows: readonly GroupRow[], group: Group): void {
  const isOfGroup = isOf(group);
  for (const row of rows) {
    const other = row.groups.find((cell) => !isBlank(cell) && !isOfGroup(cell));
    if (other === undefined) continue;
    const own = row.groups.find(isOfGroup);
    throw own === undefined
      ? otherGroupError(row, other, group)
      : columnsDifferError(row, own, other);
  }
}

/**
 * Makes sure that rows are about this group, and not about another one of the same name.
 *
 * @param rows which name it
 * @throws usage (2) `ambiguous-group`
 */
async function assertUnambiguous(
  rows: readonly GroupRow[],
  group: Group,
  directory: GroupDirectory,
): Promise<void> {
  if (rows.length === 0) return;
  // A server without a list of groups has one of that name.
  const groups = await undefinedIf('not-supported', () => directory.listGroups());
  const others = (groups ?? []).filter(({ id, name }) => (id ?? name) !== (group.id ?? group.name));
  const single = new Set<string>();
  for (const row of rows) {
    const meant = row.groups.flatMap((cell) =>
      cell.names.flatMap((each) => (isNamed(each, group) ? [{ cell, each }] : [])),
    );
    if (meant.some(({ each }) => identifiesGroup(each, group))) continue;
    for (const { cell, each } of meant) {
      for (const text of textsOf(each)) {
        if (single.has(text)) continue;
        const twin = others.find((other) => isNamed(text, other));
        if (twin !== undefined) throw severalGroupsError(row, cell, text, [group, twin]);
        single.add(text);
      }
    }
  }
}

/**
 * Makes sure that rows are about other groups: not about several of which this is one, nor about this
 * one in another spelling, unless the server has a group that is called exactly so.
 *
 * @throws usage (2) `bad-row`
 */
async function assertOthers(
  rows: readonly GroupRow[],
  group: Group,
  directory: GroupDirectory,
): Promise<void> {
  const looksLikeGroup = looksLike(group);
  const asked = new Set<string>();
  for (const row of rows) {
    for (const cell of row.groups) {
      for (const each of cell.names) {
        const name = identifyingText(each).trim();
        if (asked.has(name) || !textsOf(each).some(looksLikeGroup)) continue;
        asked.add(name);
        const found = await undefinedIf('no-such-group', () => directory.findGroup(name));
        if (found === undefined) throw unclearColumnError(row, cell, each, group);
      }
    }
  }
}

/** `QA;Ops`, `CORP\QA`, `CN=QA,OU=Groups` and `Q A` look like QA. */
function looksLike({ name, slug, id }: Group): (cell: string) => boolean {
  const spellings = new Set([name, slug ?? name, id ?? name].map(lettersOf));
  return (cell) => {
    const parts = cell.split(/[,;|/\\&+@\n\t]/).map((part) => part.replace(/^\s*(?:CN|OU)=/i, ''));
    return [cell, ...parts].some((each) => spellings.has(lettersOf(each)));
  };
}

/** Letters and digits; of a name without any, all of it. */
function lettersOf(text: string): string {
  const upper = text.trim().normalize('NFKC').toUpperCase();
  return upper.replace(notLetters(), '') || upper;
}

const notLetters = unicodePattern('[^\\p{L}\\p{M}\\p{N}]', 'gu');
