import { NameIndex } from '../../domain/names.ts';
import type { Group } from '../../domain/group.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { CreateGroupOptions, GroupWrite } from '../port.ts';
import { pickGroup, quote } from './reader.ts';
import { patiently } from './throttle.ts';
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
  await settleCall(context, {
    async send() {
      await write.beforeSend({ call: 'POST groups/add' });
      await api.addGroup({ name, users: [] });
    },
    async done() {
      const now = await namesNow(context);
      return now && new NameIndex(now).has(name);
    },
    what: `whether ${quote(name)} was created`,
  });
  return { name, memberCount: 0 };
}

/** Deletes a group, after its members went to the journal. */
export async function deleteGroup(
  context: WriterContext,
  name: string,
  write: GroupWrite,
): Promise<'deleted'> {
  const { api, reader } = context;
  const { groups } = await reader.groups();
  const group = groups === undefined ? { name } : pickGroup(name, groups);
  await settleCall(context, {
    async send() {
      await write.beforeSend({
        call: 'DELETE groups/delete',
        ...(Array.isArray(group.users) ? { members: group.users } : {}),
      });
      await api.deleteGroup(group.name);
    },
    async done() {
      const now = await namesNow(context);
      return now && !now.includes(group.name);
    },
    what: `whether ${quote(group.name)} was deleted`,
  });
  return 'deleted';
}

async function namesNow({ reader }: WriterContext): Promise<string[] | undefined> {
  const { groups } = await reader.groups({ interruptible: false });
  return groups?.map((group) => group.name);
}

export interface SettledCall {
  /** Records the intent and makes the call. */
  send(): Promise<void>;
  /** True or false as read; undefined where this server cannot tell. */
  done(): Promise<boolean | undefined>;
  /** For a message: `whether "QA" was created`. */
  readonly what: string;
}

/** How often a call without an answer is made, at most. */
const SENDS = 3;

/** One call and its read-back: when its answer was lost, the list says what became of it. */
export async function settleCall(
  { api, clock }: Pick<WriterContext, 'api' | 'clock'>,
  call: SettledCall,
): Promise<void> {
  for (let sends = 1; ; sends++) {
    const lost = await patiently(api, clock, () => unanswered(call));
    let seen: boolean | undefined;
    try {
      seen = await call.done();
    } catch (error) {
      throw unknownOutcome(call.what, lost ?? error);
    }
    if (seen === true || (seen === undefined && lost === undefined)) return;
    if (seen === undefined) throw unknownOutcome(call.what, lost);
    if (lost === undefined) throw notApplied(call.what);
    if (sends === SENDS) throw lost;
  }
}

/** The failure of a call that may have had an effect all the same; undefined: it was accepted. */
async function unanswered(call: SettledCall): Promise<GroupctlError | undefined> {
  try {
    await call.send();
    return undefined;
  } catch (error) {
    const isSure =
      !isGroupctlError(error) ||
      (error.kind !== 'network' && error.kind !== 'protocol') ||
      (error.status ?? 0) >= 300 ||
      neverReached(error);
    if (isSure) throw error;
    return error;
  }
}

function notApplied(what: string): GroupctlError {
  return new GroupctlError('safety', `The server said yes, and its list does not show ${what}.`, {
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
