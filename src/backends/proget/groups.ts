import { NameIndex } from '../../domain/names.ts';
import type { Group } from '../../domain/group.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { CreateGroupOptions, GroupWrite } from '../port.ts';
import { pickGroup, quote } from './reader.ts';
import type { WriterContext } from './writer.ts';

/** Creating and deleting groups; what was asked for is read back. */

/**
 * Creates an empty group. One that is there already is refused: on an older server the same call
 * would add to it, and to a script "created" must mean created.
 */
export async function createGroup(
  context: WriterContext,
  { name, dryRun }: CreateGroupOptions,
  write: GroupWrite,
): Promise<Group> {
  const { api, reader } = context;
  const { groups } = await reader.groups();
  const twin = new NameIndex(groups?.map((group) => group.name)).find(name);
  if (twin.kind !== 'none') {
    const spelled = twin.kind === 'one' ? twin.name : twin.names[0];
    throw new GroupctlError(
      'refused',
      `There is a group named ${quote(spelled ?? name)} already.`,
      {
        code: 'group-exists',
        hint: 'Nothing was changed.',
      },
    );
  }
  if (dryRun) return { name };
  await write.beforeSend({ call: 'POST groups/add' });
  await settleCall(
    () => api.addGroup({ name, users: [] }),
    async () => await exists(context, name),
    `whether ${quote(name)} was created`,
  );
  return { name, memberCount: 0 };
}

/** Deletes a group, after its members went to the journal. */
export async function deleteGroup(
  context: WriterContext,
  name: string,
  write: GroupWrite,
): Promise<void> {
  const { api, reader } = context;
  const { groups } = await reader.groups();
  const group = groups === undefined ? { name } : pickGroup(name, groups);
  await write.beforeSend({
    call: 'DELETE groups/delete',
    ...(Array.isArray(group.users) ? { members: group.users } : {}),
  });
  await settleCall(
    () => api.deleteGroup(group.name),
    async () => {
      const there = await exists(context, group.name);
      return there === undefined ? undefined : !there;
    },
    `whether ${quote(group.name)} was deleted`,
  );
}

async function exists({ reader }: WriterContext, name: string): Promise<boolean | undefined> {
  const { groups } = await reader.groups({ interruptible: false });
  return groups === undefined ? undefined : groups.some((group) => group.name === name);
}

/**
 * One call and its read-back. The call is not repeated: when its answer was lost, the list says
 * what became of it.
 *
 * @param done true or false as read; undefined where this server cannot tell
 */
async function settleCall(
  call: () => Promise<unknown>,
  done: () => Promise<boolean | undefined>,
  what: string,
): Promise<void> {
  let lost: GroupctlError | undefined;
  try {
    await call();
  } catch (error) {
    if (!isGroupctlError(error) || (error.status ?? 0) >= 300 || neverReached(error)) throw error;
    lost = error;
  }
  let seen: boolean | undefined;
  try {
    seen = await done();
  } catch (error) {
    throw unknownOutcome(what, lost ?? error);
  }
  if (seen === true || (seen === undefined && lost === undefined)) return;
  if (seen === undefined) throw unknownOutcome(what, lost);
  if (lost !== undefined) throw lost;
  throw new GroupctlError('safety', `The server accepted it, and its list does not show it.`, {
    code: 'not-applied',
    hint: 'Look at the server before trying again.',
  });
}

function unknownOutcome(what: string, cause: unknown): GroupctlError {
  const why = cause instanceof Error ? ` ${cause.message}` : '';
  return new GroupctlError('safety', `It is not known ${what}.${why}`, {
    code: 'outcome-unknown',
    hint: 'Look at the server before trying again.',
    cause,
  });
}
