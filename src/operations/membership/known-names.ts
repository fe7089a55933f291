import type { GroupDirectory, Resolution } from '../../backends/port.ts';
import type { Group } from '../../domain/group.ts';
import { Problems } from '../../files/problems.ts';
import { memberNames } from '../group-state.ts';
import type { RequestedMember } from './plan.ts';

/**
 * Makes sure that the server has those names that would be refused in any other file: a list that
 * `members list` wrote may hold them, but a spreadsheet may have damaged it since.
 *
 * @param resolutions by the name as typed; a name that is not in it was not looked up
 * @throws usage (2): `spreadsheet-damage`, `bad-name`, of both `bad-row`
 */
export async function assertKnown(
  requested: readonly RequestedMember[],
  resolutions: ReadonlyMap<string, Resolution>,
  group: Group,
  directory: GroupDirectory,
): Promise<void> {
  const odd = requested.filter(({ name, problem }) => {
    const kind = resolutions.get(name)?.kind;
    return problem !== undefined && kind !== 'found' && kind !== 'unknown';
  });
  const [first] = odd;
  if (first === undefined) return;
  const members = new Set(await memberNames(group, directory));
  // Also with --no-user-check: a directory has no such names, so the list of users has to have them.
  const others = odd.filter(({ name }) => !members.has(name));
  const listed: ReadonlyMap<string, Resolution> =
    others.length === 0 ? new Map<string, Resolution>() : await directory.resolve(others);
  const problems = new Problems(first.row?.file ?? 'the file');
  for (const { name, row, problem } of others) {
    if (problem !== undefined && listed.get(name)?.kind !== 'found')
      problems.add(row?.line ?? 1, problem);
  }
  problems.throwIfAny();
}
