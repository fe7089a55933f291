import { NameIndex } from '../../domain/names.ts';
import type { Group } from '../../domain/group.ts';
import { asGroupctlError, GroupctlError, isGroupctlError } from '../../errors.ts';
import type { HeldLock } from '../../state/lock/lock.ts';
import type { MarkedWrite, SentWrite } from '../../state/lock/in-flight.ts';
import { fingerprint, NO_GROUP, noteFailure } from '../shared/in-flight.ts';
import { FailedAttempts, neverReached } from '../../http/failures.ts';
import type { CreateGroupOptions, GroupWrite } from '../port.ts';
import { lockGroup } from './lock-group.ts';
import { pickGroup, quote } from './reader.ts';
import { patiently } from './wire/throttle.ts';
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
  if (dryRun) {
    await assertNoGroup(context, name);
    return { name };
  }
  await underLock(context, name, async (lock) => {
    // Another run may have created it while this one waited for the lock.
    await assertNoGroup(context, name);
    const call = new MarkedCall(lock, fingerprint([]));
    await settleCall(context, {
      async send() {
        await write.beforeSend({ call: 'POST groups/add' });
        await call.send((onSend) => context.api.addGroup({ name, users: [] }, onSend));
      },
      async done() {
        const now = await namesNow(context);
        return now && new NameIndex(now).has(name);
      },
      what: `whether ${quote(name)} was created`,
    });
    call.landed();
  });
  return { name, memberCount: 0 };
}

async function assertNoGroup({ reader }: WriterContext, name: string): Promise<void> {
  const { groups } = await reader.groups();
  const twin = new NameIndex(groups?.map((group) => group.name)).find(name);
  if (twin.kind === 'none') return;
  const spelled = twin.kind === 'one' ? twin.name : twin.names[0];
  throw new GroupctlError('refused', `There is a group named ${quote(spelled ?? name)} already.`, {
    code: 'group-exists',
    hint: 'Nothing was changed.',
  });
}

/** Deletes a group, after its members went to the journal. */
export async function deleteGroup(
  context: WriterContext,
  name: string,
  write: GroupWrite,
): Promise<'deleted'> {
  const { api, reader } = context;
  await underLock(context, name, async (lock) => {
    const { groups } = await reader.groups();
    const group = groups === undefined ? { name } : pickGroup(name, groups);
    const call = new MarkedCall(lock, NO_GROUP);
    await settleCall(context, {
      async send() {
        await write.beforeSend({
          call: 'DELETE groups/delete',
          ...(Array.isArray(group.users) ? { members: group.users } : {}),
        });
        await call.send((onSend) => api.deleteGroup(group.name, onSend));
      },
      async done() {
        const now = await namesNow(context);
        return now && !now.includes(group.name);
      },
      what: `whether ${quote(group.name)} was deleted`,
    });
    call.landed();
  });
  return 'deleted';
}

/** No other run of this machine changes the group meanwhile, and no write of one is still to come. */
async function underLock(
  context: WriterContext,
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

/**
 * A call that creates or deletes a group, marked as in flight: one that takes effect late would meet
 * what later runs have made of the group.
 */
class MarkedCall {
  readonly #lock: HeldLock;
  readonly #write: MarkedWrite;
  #sent: SentWrite | undefined;

  /** @param list the fingerprint of the members when it has taken effect */
  constructor(lock: HeldLock, list: string) {
    this.#lock = lock;
    this.#write = { list };
  }

  async send(call: (onSend: () => void) => Promise<unknown>): Promise<void> {
    const sent = this.#lock.mark(this.#write);
    this.#sent = sent;
    let handedOver = false;
    try {
      await call(() => (handedOver = true));
      sent.answered();
    } catch (error) {
      noteFailure(sent, asGroupctlError(error), handedOver);
      throw error;
    }
  }

  landed(): void {
    this.#sent?.landed();
  }
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
  { api }: Pick<WriterContext, 'api'>,
  call: SettledCall,
): Promise<void> {
  const failed = new FailedAttempts();
  for (let sends = 1; ; sends++) {
    const thrown = await patiently(api, () => unanswered(call));
    const lost = thrown && failed.count(thrown);
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
