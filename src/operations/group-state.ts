import type { GroupDirectory } from '../backends/port.ts';
import type { Group, GroupState } from '../domain/group.ts';
import { GroupctlError } from '../errors.ts';

/** A group with its members, as the server lists them now. */
export async function stateOf(
  group: Group,
  directory: Pick<GroupDirectory, 'snapshot'>,
): Promise<GroupState> {
  const [state] = await directory.snapshot([group]);
  if (state === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
  return state;
}

/** The names of its members, as the server spells them. */
export async function memberNames(
  group: Group,
  directory: Pick<GroupDirectory, 'snapshot'>,
): Promise<string[]> {
  return (await stateOf(group, directory)).members.map(({ member }) => member);
}
