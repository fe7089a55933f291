import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { Dialect } from '../../domain/source.ts';
import type { ChangeOptions } from '../port.ts';
import type { SecurityGroup } from './convert.ts';
import { dialectFor } from './dialect.ts';
import { pickGroup } from './reader.ts';
import { assertAdds, sortChanges, type WriterContext } from './writer.ts';

/**
 * A dry run: what would be written, decided by the same reads and guards as the real one.
 *
 * @param groups undefined: the server does not list them
 * @throws what the real run would throw before its first write
 */
export async function* rehearse(
  { api, reader, dialect }: Pick<WriterContext, 'api' | 'reader'> & { readonly dialect: Dialect },
  groupName: string,
  groups: readonly SecurityGroup[] | undefined,
  changes: readonly MemberChange[],
  options: ChangeOptions,
): AsyncIterable<readonly MemberOutcome[]> {
  if (groups === undefined) {
    assertAdds(api.where, changes);
    yield changes.map(planned);
    return;
  }
  const found = pickGroup(groupName, groups);
  const members = await reader.members(found, groups);
  const { already, todo } = sortChanges(changes, members);
  yield already;
  if (todo.length === 0) return;
  if (dialectFor(dialect, todo) === 'update') api.assertExact(found);
  options.verifyBase(members, 'nothing');
  yield todo.map(planned);
}

function planned(change: MemberChange): MemberOutcome {
  return { ...change, outcome: 'planned', verified: false };
}
