import { rmdirSync, statSync } from 'node:fs';

/** How far ahead the time of a lock may be that somebody holds: they set it every few seconds. */
const AHEAD_MS = 10_000;

/**
 * Removes the lock of a file if it is dated in the future: the clock was set back after its holder was
 * killed, and the lock would seem alive until the clock is there again. Only for a lock that was waited
 * for longer than a holder takes to set its time.
 *
 * @returns true if the lock is gone
 */
export function removeFutureLock(path: string): boolean {
  const lock = `${path}.lock`;
  try {
    if (statSync(lock).mtimeMs <= Date.now() + AHEAD_MS) return false;
    rmdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
