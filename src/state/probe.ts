import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ensureStateFolder, stateNotWritableError } from './folder.ts';

/**
 * Makes sure that a run can be recorded and a lock taken, before anything is asked or written.
 *
 * @throws config (2) `state-not-writable`
 */
export function assertStateWritable(stateFolder: string): void {
  for (const name of ['runs', 'locks']) {
    const folder = join(stateFolder, name);
    ensureStateFolder(folder);
    // A folder that is there may still take no files.
    const probe = join(folder, `.probe-${randomUUID()}`);
    try {
      closeSync(openSync(probe, 'wx', 0o600));
      rmSync(probe, { force: true });
    } catch (error) {
      throw stateNotWritableError(folder, error);
    }
  }
}
