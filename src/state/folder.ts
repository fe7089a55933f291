import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, GroupctlError } from '../errors.ts';

/**
 * Makes a folder of groupctl (0700) if it is not there.
 *
 * @throws config (2) `state-not-writable`, before anything was written to a server
 */
export function ensureStateFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw stateNotWritableError(folder, error);
  }
}

export function stateNotWritableError(
  path: string,
  cause: unknown,
  hint = 'Set GROUPCTL_STATE_DIR to a writable folder, or use --no-journal (no record, no lock).',
): GroupctlError {
  const why = errnoOf(cause) ?? 'error';
  return new GroupctlError('config', `The state folder cannot be written: ${path} (${why}).`, {
    code: 'state-not-writable',
    hint,
    cause,
  });
}

/**
 * Makes a folder (0700) and those above it. Node's own `recursive` does not come back where a parent
 * takes no folders at all (below /proc).
 */
export function makeFolder(folder: string): void {
  try {
    makeOne(folder);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    makeOne(folder);
  }
}

/** What is there and is no folder shows at the first file below it. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}
