import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { ChangeOptions } from '../port.ts';
import type { SecurityGroup } from './convert.ts';
import { pickGroup } from './reader.ts';
import { assertAdds, sortChanges, type WriterContext } from './writer.ts';

/**
 * A dry run: what would be written, decided by the same reads and guards as the real one.
 *
 * @param groups undefined: the server does not list them
 * @throws what the real run would throw before its first write
 */
export async function rehearse(
  { api, reader }: Pick<WriterContext, 'api' | 'reader'>,
  groupName: string,
  groups: readonly SecurityGroup[] | undefined,
  changes: readonly MemberChange[],
  options: ChangeOptions,
): Promise<MemberOutcome[]> {
  if (groups === undefined) {
    assertAdds(api.where, changes);
    return changes.map(planned);
  }
  const found = pickGroup(groupName, groups);
  const members = await reader.members(found, groups);
  const { already, todo } = sortChanges(changes, members);
  if (todo.length > 0) options.verifyBase(members);
  return [...already, ...todo.map(planned)];
}

function planned(change: MemberChange): MemberOutcome {
  return { ...change, outcome: 'planned', verified: false };
}
