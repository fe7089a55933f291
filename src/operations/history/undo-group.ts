import type { GroupWrite } from '../../backends/port.ts';
import { undefinedIf } from '../../errors.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import { permissionsFor } from '../security/permissions-for.ts';
import {
  alreadyGone,
  changedSinceError,
  lastOf,
  notRecordedError,
  type Reversal,
} from './reversal.ts';
import { stateOf } from '../group-state.ts';

/** Undoing `groups create`. */

/** The very group that the run created, only while nobody is in it, and no permission is for it. */
export async function deleteCreatedGroup(
  record: RunRecord,
  context: RunContext,
): Promise<Reversal> {
  const { directory } = context.connection;
  const made = lastOf(record, 'made', 'group');
  const { name } = made;
  const facts = { what: 'group', name, op: 'delete' } as const;
  // Where groups have ids, another group may have that name or slug.
  const group = await undefinedIf('no-such-group', () => directory.findGroup(made.id ?? name));
  if (group === undefined) return alreadyGone(facts);
  if (group.id !== made.id) throw notRecordedError(record);
  const { members } = await stateOf(group, directory, { forChange: true });
  const { security } = directory;
  const added = security === undefined ? [] : await permissionsFor('group', name, security);
  const isUsed = members.length + added.length > 0;
  if (group.name !== name || isUsed) throw changedSinceError('group', name, context);
  return {
    ...facts,
    send: (journal) => directory.deleteGroup(group, onlyEmpty(name, journal, context)),
  };
}

/** Checks again under the lock of the group, right before it is deleted. */
function onlyEmpty(name: string, journal: GroupWrite, context: RunContext): GroupWrite {
  return {
    async beforeSend(intent) {
      // Not empty, or the server does not tell any longer.
      if (intent.before?.length !== 0) {
        throw changedSinceError('group', name, context);
      }
      await journal.beforeSend(intent);
    },
  };
}
