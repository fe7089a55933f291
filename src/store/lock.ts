import { createHash, randomUUID } from 'node:crypto';
import fs, { readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** A wait that a person would notice is said. */
const SAY_AFTER_MS = 1_000;

/** Who has a lock, and whether that process is still there. */
export interface Processes {
  /** What this process is known by, on this machine and on no other. */
  readonly self: string;
  /** False only if it is certain that the process is gone. */
  isAlive(id: string): boolean;
}

/** How somebody waits for a lock. */
export interface Patience {
  /** Called once, when it takes longer than a second. */
  readonly onWait?: () => void;
  /** Milliseconds, where that is less than a minute. */
  readonly limitMs?: number;
  /** Without it, the lock of a killed process is waited for until it is stale. */
  readonly processes?: Processes | undefined;
}

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
  patience: Patience = {},
): Promise<HeldLock> {
  ensureStateFolder(join(path, '..'));
  const release = await acquire(path, what, clock, signal, patience);
  const owner = ownerFile(path);
  const token = `${randomUUID()} ${patience.processes?.self ?? ''}`;
  try {
    writeFileSync(owner, token, { mode: 0o600 });
  } catch (error) {
    await release.release(true);
    throw stateNotWritable(owner, error);
  }
  const stillHeld = (): boolean => !release.lost() && readOwner(owner) === token;
  let released = false;
  return {
    stillHeld,
    async release() {
      if (released) return;
      released = true;
      const ours = readOwner(owner) === token;
      if (ours) rmSync(owner, { force: true });
      await release.release(ours);
    },
  };
}

interface Acquired {
  lost(): boolean;
  /** @param ours false: the lock is another's by now, and stays */
  release(ours: boolean): Promise<void>;
}

async function acquire(
  path: string,
  what: string,
  clock: Clock,
  signal: AbortSignal,
  { onWait, limitMs = Infinity, processes }: Patience,
): Promise<Acquired> {
  const from = clock.now();
  const wait = Math.min(LOCK_WAIT_MS, limitMs);
  let said = false;
  for (;;) {
    let lost = false;
    let keep = false;
    try {
      const unlock = await lockfile.lock(path, {
        realpath: false,
        stale: STALE_MS,
        update: HEARTBEAT_MS,
        // proper-lockfile would remove a lock that was taken over as if it were still its own.
        fs: {
          ...fs,
          rmdir: (folder: string, done: (error?: Error | null) => void) =>
            keep ? done() : fs.rmdir(folder, done),
        },
        onCompromised: () => {
          lost = true;
        },
      });
      return {
        lost: () => lost,
        async release(ours) {
          keep = !ours;
          await unlock().catch(() => undefined);
        },
      };
    } catch (error) {
      if (errnoOf(error) !== 'ELOCKED') throw stateNotWritable(path, error);
      if (processes !== undefined && removeIfDead(path, processes)) continue;
    }
    const waited = clock.now() - from;
    if (waited >= SAY_AFTER_MS && !said) {
      said = true;
      onWait?.();
    }
    if (waited >= wait) {
      throw new GroupctlError(
        'safety',
        `Another groupctl has been changing ${what} for ${wait === LOCK_WAIT_MS ? 'a minute' : 'as long as --deadline allows'}.`,
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

function ownerFile(path: string): string {
  return `${path}.owner`;
}

/**
 * Takes away the lock of a process that was killed. Should two do so at once, and the second take
 * away the lock of the first, the owner file tells the first before it writes.
 */
function removeIfDead(path: string, processes: Processes): boolean {
  const [, ...id] = readOwner(ownerFile(path))?.split(' ') ?? [];
  if (id.length === 0 || id[0] === '' || processes.isAlive(id.join(' '))) return false;
  try {
    rmSync(ownerFile(path));
    rmdirSync(`${path}.lock`);
    return true;
  } catch {
    // Somebody else was quicker.
    return false;
  }
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
