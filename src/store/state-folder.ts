import { mkdirSync } from 'node:fs';
import { errnoOf, GroupctlError } from '../errors.ts';

/**
 * Makes a folder of ours (0700) if it is not there.
 *
 * @throws config (2) `state-not-writable`, before anything was written to a server
 */
export function ensureStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw stateNotWritable(folder, error);
  }
}

export function stateNotWritable(path: string, cause: unknown): GroupctlError {
  const why = errnoOf(cause) ?? 'error';
  return new GroupctlError('config', `The state folder cannot be written: ${path} (${why}).`, {
    code: 'state-not-writable',
    hint: 'Point GROUPCTL_STATE_DIR at a folder of your own; or --no-journal writes without a journal and without a lock.',
    cause,
  });
}
