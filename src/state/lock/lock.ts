import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type HeldLock, NO_MARK } from './held-lock.ts';
import {
  beat,
  createLock,
  type LockState,
  readLock,
  readOwner,
  removeAbandoned,
  removeLock,
  takenAt,
} from './lock-folder.ts';
import type { LockOptions } from './options.ts';
import { ensureStateFolder, stateNotWritableError } from '../folder.ts';
import { type WantedLock, waitForLock } from './wait-for-lock.ts';
import { filedWrites, marksOf, waitForWrites } from './wait-for-writes.ts';

/** A lock without a heartbeat for that long is abandoned. */
const STALE_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** The path of a lock: one for each server and group, in the state folder. */
export function lockPath(stateFolder: string, server: string, foldedGroup: string): string {
  const key = hash('sha256', `${server}\n${foldedGroup}`);
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
  await waitForLock(fileLock(path, owner, group, options), options);
  const stillHeld = (): boolean => readOwner(folder) === owner;
  const heartbeat = setInterval(() => {
    if (stillHeld()) beat(folder);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const { marks } = options;
  return {
    isHeld: stillHeld,
    awaitWrites: (isRelevant, hasLanded) =>
      waitForWrites({ writes: filedWrites(path, options), group, isRelevant, hasLanded }, options),
    mark: (write) => marks?.send(write) ?? NO_MARK,
    release() {
      clearInterval(heartbeat);
      marks?.close();
      if (stillHeld()) removeLock(folder);
      return Promise.resolve();
    },
  };
}

function fileLock(
  path: string,
  owner: string,
  group: string,
  options: LockOptions,
): WantedLock<true> {
  const folder = `${path}.lock`;
  const isAbandoned = abandonment(options);
  return {
    group,
    everyMs: [10, 50],
    take() {
      for (;;) {
        try {
          if (createLock(folder, owner)) return true;
        } catch (error) {
          throw stateNotWritableError(folder, error);
        }
        const state = readLock(folder);
        if (state === undefined || !isAbandoned(state) || !removeAbandoned(folder, state))
          return undefined;
      }
    },
    longestWrite: () => marksOf(path, options)[0],
    holder: () => holderOf(folder),
    hint: `Try again when it has finished. If no groupctl is running, remove ${folder}`,
    details: { lock: folder },
  };
}

/** Who has a lock, as a part of a sentence: its process and since when, where that is known. */
function holderOf(folder: string): string {
  const pid = readOwner(folder)?.split(' ').at(-1) ?? '';
  const at = takenAt(folder);
  const known = [
    ...(/^\d+$/.test(pid) ? [`process ${pid}`] : []),
    ...(at === undefined ? [] : [`since ${new Date(at).toISOString()}`]),
  ];
  return known.length === 0 ? 'another groupctl' : `another groupctl (${known.join(', ')})`;
}

/** Decides whether a lock is abandoned: its process is gone, or its heartbeat has stopped. */
function abandonment({ clock, processes }: LockOptions): (state: LockState) => boolean {
  let first: (LockState & { readonly at: number }) | undefined;
  return (state) => {
    const [, ...id] = state.owner?.split(' ') ?? [];
    const process = id.join(' ');
    if (process !== '' && processes?.isAlive(process) === false) return true;
    const age = Date.now() - state.beatAt;
    if (age > STALE_MS) return true;
    if (age > -STALE_MS) return false;
    // The clock was set back since its last heartbeat: only another heartbeat shows that it is alive.
    const isSame = first?.owner === state.owner && first?.beatAt === state.beatAt;
    if (first === undefined || !isSame) first = { ...state, at: clock.now() };
    return clock.now() - first.at > STALE_MS;
  };
}
