import { randomBytes } from 'node:crypto';
import { decodeTime, ulid } from 'ulid';

/** The last moment that an id can name. */
const LAST_MS = 2 ** 48 - 1;

/**
 * An id for a new run: larger than those of all runs, though the clock may have been set back. The order
 * of the ids is the order of the runs; when a run began is in its record.
 *
 * @param newest the largest id there is
 * @param now milliseconds
 */
export function newRunId(newest: string | undefined, now: number): string {
  const id = ulid(now, randomFraction);
  if (newest === undefined || id > newest) return id;
  // Not the next id but the next moment: another process may be making one just now.
  return ulid(Math.min(decodeTime(newest) + 1, LAST_MS), randomFraction);
}

function randomFraction(): number {
  return randomBytes(4).readUInt32LE() / 0x1_0000_0000;
}
