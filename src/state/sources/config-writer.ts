import Conf from 'conf';
import lockfile from 'proper-lockfile';
import { errnoOf, GroupctlError } from '../../errors.ts';
import { removeFutureLock } from '../lock/future-lock.ts';

/** How the configuration file is written: by conf, atomically, 0600, one process at a time. */

/**
 * Runs `work` while no other groupctl writes this file. Throws Node's error where it cannot lock.
 *
 * @param retries how often the lock is tried again; 600 take about ten seconds
 */
export async function withConfigLock<T>(path: string, work: () => T, retries = 600): Promise<T> {
  let release: () => Promise<void>;
  try {
    release = await takeConfigLock(path, retries);
  } catch (error) {
    if (errnoOf(error) !== 'ELOCKED') throw error;
    if (removeFutureLock(path)) return await withConfigLock(path, work, retries);
    throw new GroupctlError('safety', `Another groupctl is writing ${path}.`, {
      code: 'locked',
      hint: 'Try again when it has finished.',
      nothingWritten: true,
    });
  }
  try {
    return work();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Tried again only while another process has it: a folder that cannot be written stays so. */
async function takeConfigLock(path: string, retries: number): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: 10_000 };
  try {
    return await lockfile.lock(path, options);
  } catch (error) {
    if (errnoOf(error) !== 'ELOCKED') throw error;
  }
  const paced = { retries, factor: 1, minTimeout: 10, maxTimeout: 100, randomize: true };
  return await lockfile.lock(path, { ...options, retries: paced });
}

/**
 * Replaces the content of `config.json` in that folder.
 *
 * @param deserialize conf reads what is there before it writes; throws for a damaged file
 */
export function writeConfig(
  folder: string,
  content: Record<string, unknown>,
  deserialize: (text: string) => Record<string, unknown>,
): void {
  const conf = new Conf({
    cwd: folder,
    configName: 'config',
    projectSuffix: '',
    projectName: 'groupctl',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: false,
    deserialize,
  });
  conf.store = content;
}
