import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { GroupctlError } from '../../errors.ts';
import type { MarkedWrite, SentWrite } from './in-flight.ts';
import {
  beat,
  createLock,
  type LockState,
  readLock,
  readOwner,
  removeAbandoned,
  removeLock,
} from './lock-folder.ts';
import type { LockOptions } from './options.ts';
import { ensureStateFolder, stateNotWritable } from '../folder.ts';
import {
  type HasLanded,
  marksOf,
  sleepUnlessInterrupted,
  waitForWrites,
  writeInFlight,
} from './wait-for-writes.ts';

/** A lock without a heartbeat for that long is abandoned. */
const STALE_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** How long a lock is waited for. */
const LOCK_WAIT_MS = 60_000;
/** How long it is waited for after the end of an in-flight mark. */
const AFTER_MARK_MS = 5_000;

/** When a wait is reported, and how. */
const REPORTS = [
  { afterMs: 1_000, to: 'people' },
  { afterMs: 10_000, to: 'scripts' },
] as const;

export interface HeldLock {
  /** True while nobody has taken the lock over; asked right before each write. */
  stillHeld(): boolean;
  /**
   * Waits for the writes of earlier runs that may still take effect.
   *
   * @param concerns true for a write that matters to this run
   * @returns true if there was one to wait for: what was read before may be old
   * @throws safety (8) `write-in-flight` when --deadline ends the wait; interrupted (130)
   */
  awaitWrites(concerns: (write: MarkedWrite) => boolean, hasLanded: HasLanded): Promise<boolean>;
  /**
   * Marks a write as under way, right before it is sent.
   *
   * @throws config (2) `state-not-writable`: do not send
   */
  mark(write: MarkedWrite): SentWrite;
  /** Never throws. */
  release(): Promise<void>;
}

export const NO_MARK: SentWrite = {
  answered: () => undefined,
  neverLeft: () => undefined,
  landed: () => undefined,
};

/** The path of a lock: one for each server and group, in the state folder. */
export function lockPath(stateFolder: string, server: string, foldedGroup: string): string {
  const key = createHash('sha256').update(`${server}\n${foldedGroup}`).digest('hex');
  return join(stateFolder, 'locks', key);
}

/**
 * Takes a lock that keeps the processes of a state folder apart, and waits for it: 60 seconds, or
 * until 5 seconds after the end of an in-flight mark.
 *
 * @param group its name, for messages
 * @throws safety (8) `locked`, `write-in-flight`; config (2) `state-not-writable`; interrupted (130)
 */
export async function takeLock(
  path: string,
  group: string,
  options: LockOptions,
): Promise<HeldLock> {
  ensureStateFolder(join(path, '..'));
  const folder = `${path}.lock`;
  const owner = `${randomUUID()} ${options.processes?.self ?? ''}`;
  await acquire({ path, folder, owner, group }, options);
  const stillHeld = (): boolean => readOwner(folder) === owner;
  const heartbeat = setInterval(() => {
    if (stillHeld()) beat(folder);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const { marks } = options;
  return {
    stillHeld,
    awaitWrites: (concerns, hasLanded) =>
      waitForWrites({ path, group, concerns, hasLanded }, options),
    mark: (write) => marks?.send(write) ?? NO_MARK,
    release() {
      clearInterval(heartbeat);
      marks?.close();
      if (stillHeld()) removeLock(folder);
      return Promise.resolve();
    },
  };
}

interface Wanted {
  readonly path: string;
  readonly folder: string;
  readonly owner: string;
  readonly group: string;
}

async function acquire(wanted: Wanted, options: LockOptions): Promise<void> {
  const { path, folder, owner, group } = wanted;
  const { clock, signal, report } = options;
  const isAbandoned = abandonment(options);
  const from = clock.now();
  const most = options.remaining();
  let wait = LOCK_WAIT_MS;
  let reports = 0;
  for (;;) {
    try {
      if (createLock(folder, owner)) return;
    } catch (error) {
      throw stateNotWritable(folder, error);
    }
    const seen = readLock(folder);
    if (seen !== undefined && isAbandoned(seen) && removeAbandoned(folder, seen)) continue;
    const waited = clock.now() - from;
    const due = REPORTS[reports];
    if (due !== undefined && waited >= due.afterMs) {
      reports++;
      report(`Waiting for another groupctl that is changing ${group}.`, due.to);
    }
    if (waited >= Math.min(most, wait)) {
      const [mark] = marksOf(path, options);
      if (mark !== undefined && waited >= most) throw writeInFlight(group, mark);
      if (mark === undefined || waited >= most) throw locked(wanted, waited >= most);
      wait = waited + mark.remainingMs + AFTER_MARK_MS;
    }
    await sleepUnlessInterrupted(clock, 10 + clock.random() * 40, signal);
  }
}

/** Decides whether a lock is abandoned: its process is gone, or its heartbeat has stopped. */
function abandonment({ clock, processes }: LockOptions): (seen: LockState) => boolean {
  let first: (LockState & { readonly at: number }) | undefined;
  return (seen) => {
    const [, ...id] = seen.owner?.split(' ') ?? [];
    const process = id.join(' ');
    if (process !== '' && processes?.isAlive(process) === false) return true;
    const age = Date.now() - seen.beatAt;
    if (age > STALE_MS) return true;
    if (age > -STALE_MS) return false;
    // The clock was set back since its last heartbeat: only another heartbeat shows that it is alive.
    const isSame = first?.owner === seen.owner && first?.beatAt === seen.beatAt;
    if (first === undefined || !isSame) first = { ...seen, at: clock.now() };
    return clock.now() - first.at > STALE_MS;
  };
}

function locked({ group, folder }: Wanted, byDeadline: boolean): GroupctlError {
  const time = byDeadline ? 'as long as --deadline allows' : 'a minute';
  return new GroupctlError('safety', `Another groupctl has been changing ${group} for ${time}.`, {
    code: 'locked',
    hint: `Try again when it has finished. If no groupctl is running, remove ${folder}`,
    nothingWritten: true,
    details: { lock: folder },
  });
}
