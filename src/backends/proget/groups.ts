import { quote } from '../../domain/shorten.ts';
import { defined } from '../../domain/defined.ts';
import { NameIndex } from '../../domain/names.ts';
import type { Group } from '../../domain/group.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import { fingerprint, GROUP_GONE } from '../shared/in-flight.ts';
import { undefinedIf } from '../../errors.ts';
import { MarkedCall } from '../shared/marked-call.ts';
import type { CreateGroupOptions, GroupWrite } from '../port.ts';
import { lockGroup } from './lock-group.ts';
import { callAndConfirm } from '../shared/call-and-confirm.ts';
import { groupExistsError } from '../shared/name-errors.ts';
import { pickGroup } from '../shared/pick-group.ts';
import { patiently } from './wire/throttle.ts';
import type { ProgetWriting } from './proget-writing.ts';

/** Creating and deleting groups; what was asked for is read back. */

/**
 * Creates an empty group. One that is there already is refused: on an older server the same call
 * would add to it, and to a script "created" must mean created.
 */
export async function createGroup(
  context: ProgetWriting,
  { name, dryRun }: CreateGroupOptions,
  write: GroupWrite,
): Promise<Group> {
  const { api } = context;
  if (dryRun) {
    await assertNoGroup(context, name);
    return { name };
  }
  await underLock(context, name, async (lock) => {
    // Another run may have created it while this one waited for the lock.
    await assertNoGroup(context, name);
    const call = new MarkedCall(lock, fingerprint([]));
    await callAndConfirm({
      sends: SENDS,
      send: () =>
        patiently(api, async () => {
          await write.beforeSend({ call: 'POST groups/add', write: call.write });
          await call.send((onSend) => api.addGroup({ name, users: [] }, onSend));
        }),
      async readBack() {
        const now = await namesNow(context);
        return now && new NameIndex(now).has(name);
      },
      call: 'POST groups/add',
      what: `${quote(name)} was created`,
      warn: context.warn,
      answerLost: (error) => write.answerLost?.(error),
    });
    call.landed();
  });
  return { name, memberCount: 0 };
}

async function assertNoGroup({ reader }: ProgetWriting, name: string): Promise<void> {
  const { groups } = await reader.groups();
  const twin = new NameIndex(groups?.map((group) => group.name)).find(name);
  if (twin.kind === 'none') return;
  const spelled = twin.kind === 'one' ? twin.name : twin.names[0];
  throw groupExistsError(`There is a group named ${quote(spelled ?? name)} already.`);
}

/** Deletes a group, after its members went to the journal. */
export async function deleteGroup(
  context: ProgetWriting,
  name: string,
  write: GroupWrite,
): Promise<'deleted'> {
  const { api, reader } = context;
  await underLock(context, name, async (lock) => {
    const { groups } = await reader.groups();
    if (groups === undefined) await reader.assertOlder();
    const group = groups === undefined ? { name } : pickGroup(name, groups);
    // Undefined where the server does not say who they are.
    const members =
      groups &&
      (await undefinedIf('members-not-told', () =>
        reader.members(group, groups, { forChange: true }),
      ));
    const call = new MarkedCall(lock, GROUP_GONE);
    await callAndConfirm({
      sends: SENDS,
      send: () =>
        patiently(api, async () => {
          await write.beforeSend({
            call: 'DELETE groups/delete',
            write: call.write,
            ...defined({ before: members }),
          });
          await call.send((onSend) => api.deleteGroup(group.name, onSend));
        }),
      async readBack() {
        const now = await namesNow(context);
        return now && !now.includes(group.name);
      },
      call: 'DELETE groups/delete',
      what: `${quote(group.name)} was deleted`,
      warn: context.warn,
    });
    call.landed();
  });
  return 'deleted';
}

/** How often a call without an answer is made, at most. */
export const SENDS = 3;

/** No other run of this machine changes the group meanwhile, and no write of one is still to come. */
async function underLock(
  context: ProgetWriting,
  name: string,
  work: (lock: HeldLock) => Promise<void>,
): Promise<void> {
  const lock = await lockGroup(context, name);
  try {
    await work(lock);
  } finally {
    await lock.release();
  }
}

async function namesNow({ reader }: ProgetWriting): Promise<string[] | undefined> {
  const { groups } = await reader.groups({ interruptible: false });
  return groups?.map((group) => group.name);
}
