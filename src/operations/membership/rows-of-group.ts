import type { GroupDirectory } from '../../backends/port.ts';
import type { Group } from '../../domain/group.ts';
import { sameName } from '../../domain/names.ts';
import { forShell, shown } from '../../domain/shorten.ts';
import { GroupctlError } from '../../errors.ts';
import type { RequestedMember } from './plan.ts';
import type { TypedInput } from './member-input.ts';

/** Files of several groups: which of their rows are about the group that is changed. */

interface GroupOptions {
  readonly name: string;
  /** `--group-column`. */
  readonly groupColumn?: string | undefined;
}

/** A row that says which group it is about. */
interface GroupRow extends RequestedMember {
  readonly groups: readonly string[];
}

/**
 * The rows of `--name` (its name, slug or id), where `--group-column` says which column tells; without
 * that option, all rows of a file in which no other group is named.
 *
 * @throws usage (2): `other-group`, `no-rows-of-group`, `bad-row`; what finding the group throws
 */
export async function ofGroup(
  input: TypedInput,
  { name, groupColumn }: GroupOptions,
  directory: GroupDirectory,
): Promise<TypedInput> {
  const { typed, file } = input;
  const rows = typed.filter(saysGroup);
  const typedName = name.trim();
  if (file?.groupColumn === undefined || rows.every(isOf({ name: typedName }))) return input;
  const named = rows.filter(({ groups }) => groups.some((each) => each.trim() !== ''));
  if (groupColumn === undefined && named.length === 0) return input;
  const column = file.groupColumn;
  const group = await directory.findGroup(name);
  const isOurs = isOf(group);
  if (groupColumn === undefined) {
    const other = named.find((row) => !isOurs(row));
    if (other !== undefined) throw otherGroup(other, column, group);
    return input;
  }
  const blank = rows.find((row) => !named.includes(row));
  if (blank !== undefined) throw noGroup(blank, column);
  const kept = typed.filter((row) => !saysGroup(row) || isOurs(row));
  if (!kept.some(saysGroup)) throw noRows(file.file, column, group);
  return { ...input, typed: kept };
}

function saysGroup(row: RequestedMember): row is GroupRow {
  return row.groups !== undefined;
}

function isOf({ name, slug, id }: Group): (row: GroupRow) => boolean {
  return ({ groups }) =>
    groups.some((each) => {
      const called = each.trim();
      return sameName(called, name) || called === slug || sameName(called, id ?? name);
    });
}

function otherGroup({ groups, row }: GroupRow, column: string, { name }: Group): GroupctlError {
  const { file, line } = row ?? { file: 'the file', line: 1 };
  const named = groups.map(shown).join(', ');
  return new GroupctlError(
    'usage',
    `${file}, line ${line}: the column ${shown(column)} names another group (${named}), not ${name}.`,
    {
      code: 'other-group',
      hint: `To take only the rows of ${name}, use --group-column=${forShell(column)}. To take every row, use --group-column=none. Nothing was done.`,
      details: { file, line, column, groups },
    },
  );
}

function noGroup({ row }: GroupRow, column: string): GroupctlError {
  const { file, line } = row ?? { file: 'the file', line: 1 };
  return new GroupctlError(
    'usage',
    `${file}, line ${line}: no group in the column ${shown(column)}, so it is not known which group the row is about.`,
    { code: 'bad-row', hint: 'Nothing was done.', details: { file, line, column } },
  );
}

function noRows(file: string, column: string, { name }: Group): GroupctlError {
  return new GroupctlError('usage', `${file} has no row of ${name} in the column ${column}.`, {
    code: 'no-rows-of-group',
    hint: 'Nothing was done.',
    details: { file, column, group: name },
  });
}
