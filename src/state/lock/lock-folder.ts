import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';

/**
 * A lock as a folder: `mkdir` makes it for one process only, and the file `owner` inside names that
 * process. Folder and owner move together, so a takeover can rename first and then check what it
 * has renamed.
 */

/** What Windows answers to `mkdir` while the folder of that name is being removed. */
const BEING_REMOVED = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** An owner file is shorter. */
const OWNER_BYTES = 1024;

/** A lock at one moment. */
export interface LockState {
  /** Undefined: not written yet, or not readable. */
  readonly owner: string | undefined;
  /** The last heartbeat, milliseconds since the epoch. */
  readonly beatAt: number;
}

/**
 * Makes the lock and names its owner.
 *
 * @returns false where another process has it
 * @throws what the file system throws when no lock can be made there at all
 */
export function createLock(folder: string, owner: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    return isTaken(error, folder);
  }
  try {
    writeFileSync(ownerFile(folder), owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // Another process renamed the folder, or put one back in its place.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EEXIST') return false;
    removeLock(folder);
    return isTaken(error, folder);
  }
}

/** The lock as it is now; undefined where there is none. */
export function readLock(folder: string): LockState | undefined {
  try {
    return { owner: readOwner(folder), beatAt: statSync(folder).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Who has the lock; undefined where nobody is named. A symbolic link names nobody. */
export function readOwner(folder: string): string | undefined {
  // Windows lacks the last two, and `|` takes undefined for 0.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const file = openSync(ownerFile(folder), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(OWNER_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, OWNER_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** When the lock was taken, milliseconds since the epoch; undefined where nobody is named. */
export function takenAt(folder: string): number | undefined {
  try {
    return statSync(ownerFile(folder)).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Shows that the owner is alive. */
export function beat(folder: string): void {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // Whether the lock is still there is asked before each write.
  }
}

/**
 * Takes an abandoned lock away. It is renamed first: of two processes that try, one succeeds. If the
 * lock has changed hands since `state` was read, it is put back.
 *
 * @returns true if the way is free
 */
export function removeAbandoned(folder: string, state: LockState): boolean {
  const aside = `${folder}.${randomUUID()}`;
  try {
    renameSync(folder, aside);
  } catch {
    return false;
  }
  const renamed = readLock(aside);
  if (renamed?.owner === state.owner && renamed?.beatAt === state.beatAt) {
    removeLock(aside);
    return true;
  }
  try {
    renameSync(aside, folder);
  } catch {
    // A third process has the lock by now. The owner of this one finds out before its next write.
    removeLock(aside);
  }
  return false;
}

/** Never throws: what cannot be removed is abandoned, and the next process removes it. */
export function removeLock(folder: string): void {
  try {
    unlinkSync(ownerFile(folder));
  } catch {
    // It may not have been written.
  }
  try {
    rmdirSync(folder);
  } catch {
    // Windows keeps a folder while somebody reads in it.
  }
}

function ownerFile(folder: string): string {
  return join(folder, 'owner');
}

/** False if another process has the lock; throws if the folder around it takes no files. */
function isTaken(error: unknown, folder: string): false {
  const code = errnoOf(error) ?? '';
  if (code === 'EEXIST') return false;
  if (!BEING_REMOVED.has(code)) throw error;
  const probe = join(dirname(folder), `.probe-${randomUUID()}`);
  try {
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    unlinkSync(probe);
  } catch {
    throw error;
  }
  return false;
}
