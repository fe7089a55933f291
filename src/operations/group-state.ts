import type { GroupDirectory, SnapshotOptions } from '../backends/port.ts';
import type { Group, GroupState } from '../domain/group.ts';
import { GroupctlError } from '../errors.ts';

/** A group with its members, as the server lists them now. */
export async function stateOf(
  group: Group,
  directory: Pick<GroupDirectory, 'snapshot'>,
  options?: SnapshotOptions,
): Promise<GroupState> {
  const [state] = await directory.snapshot([group], options);
  if (state === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
  return state;
}

/** The names of its members, as the server spells them. */
export async function memberNames(
  group: Group,
  directory: Pick<GroupDirectory, 'snapshot'>,
  options?: SnapshotOptions,
): Promise<string[]> {
  return (await stateOf(group, directory, options)).members.map(({ member }) => member);
}
