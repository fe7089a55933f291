import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { errnoOf, GroupctlError } from '../errors.ts';
import type { Clock } from '../http/deadline.ts';
import { ensureStateFolder, stateNotWritable } from './state-folder.ts';

/** A lock without a heartbeat for that long is taken over. */
const STALE_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** How long another run is waited for. */
export const LOCK_WAIT_MS = 60_000;

export interface HeldLock {
  /** True while nobody has taken the lock over; asked right before each write. */
  stillHeld(): boolean;
  release(): Promise<void>;
}

/** The file of a lock: one for each server and group, in the state folder. */
export function lockPath(stateFolder: string, server: string, foldedGroup: string): string {
  const key = createHash('sha256').update(`${server}\n${foldedGroup}`).digest('hex');
  return join(stateFolder, 'locks', key);
}

/**
 * Takes a lock that keeps processes sharing a state folder apart, waiting for up to a minute.
 *
 * proper-lockfile finds out about a takeover at its next heartbeat; the owner file tells right
 * away, also when two processes take over the same stale lock at the same moment.
 *
 * @throws safety (8) `locked`; config (2) `state-not-writable`; interrupted (130)
 */
export async function takeLock(
  path: string,
  what: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<HeldLock> {
  ensureStateFolder(join(path, '..'));
  const release = await acquire(path, what, clock, signal);
  const owner = `${path}.owner`;
  const token = randomUUID();
  try {
    writeFileSync(owner, token, { mode: 0o600 });
  } catch (error) {
    await release.release();
    throw stateNotWritable(owner, error);
  }
  const stillHeld = (): boolean => !release.lost() && readOwner(owner) === token;
  let released = false;
  return {
    stillHeld,
    async release() {
      if (released) return;
      released = true;
      if (readOwner(owner) === token) rmSync(owner, { force: true });
      await release.release();
    },
  };
}

interface Acquired {
  lost(): boolean;
  release(): Promise<void>;
}

async function acquire(
  path: string,
  what: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Acquired> {
  const until = clock.now() + LOCK_WAIT_MS;
  for (;;) {
    let lost = false;
    try {
      const unlock = await lockfile.lock(path, {
        realpath: false,
        stale: STALE_MS,
        update: HEARTBEAT_MS,
        onCompromised: () => {
          lost = true;
        },
      });
      return { lost: () => lost, release: () => unlock().catch(() => undefined) };
    } catch (error) {
      if (errnoOf(error) !== 'ELOCKED') throw stateNotWritable(path, error);
    }
    if (clock.now() >= until) {
      throw new GroupctlError(
        'safety',
        `Another groupctl has been changing ${what} for a minute.`,
        {
          code: 'locked',
          hint: 'Nothing was written. Try again when it has finished.',
        },
      );
    }
    try {
      await clock.sleep(10 + clock.random() * 40, signal);
    } catch {
      throw new GroupctlError(
        'interrupted',
        'Interrupted while waiting for another groupctl; nothing was written.',
      );
    }
  }
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
