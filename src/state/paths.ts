import { dirname, isAbsolute, join, resolve } from 'node:path';
import { GroupctlError } from '../errors.ts';

/** Where this user's files are. Neither folder is made before something is written to it. */
export interface Paths {
  /** Holds the configuration file with the sources. */
  readonly config: string;
  /** Holds the journal, the locks and the sandbox. */
  readonly state: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `GROUPCTL_CONFIG_DIR` and `GROUPCTL_STATE_DIR`, else the platform's folders.
 *
 * @throws config (2) `no-home`
 */
export async function findPaths(env: Env, platform: string): Promise<Paths> {
  const config = absolute(env['GROUPCTL_CONFIG_DIR']);
  const state = absolute(env['GROUPCTL_STATE_DIR']);
  if (config !== undefined && state !== undefined) return { config, state };
  const standard = await standardPaths(platform);
  return { config: config ?? standard.config, state: state ?? standard.state };
}

/**
 * The folders of env-paths. State goes where logs go on Linux (`~/.local/state`): elsewhere
 * env-paths knows no such folder, and the data folder is the one that is backed up and not cleaned.
 */
async function standardPaths(platform: string): Promise<Paths> {
  // It looks for the home folder when it is loaded, and throws if there is none.
  const { default: envPaths } = await import('env-paths').catch((cause: unknown) => {
    throw noHomeError(cause);
  });
  const { config: own, log, data } = envPaths('groupctl', { suffix: '' });
  // Of Windows' two folders the one that stays on this computer: keys do not roam with a profile.
  const config = platform === 'win32' ? join(dirname(data), 'Config') : own;
  // An empty HOME would mean the folder that the command runs in.
  if (!isAbsolute(config) || !isAbsolute(data)) throw noHomeError();
  return { config, state: platform === 'linux' ? log : join(data, 'state') };
}

function noHomeError(cause?: unknown): GroupctlError {
  return new GroupctlError(
    'config',
    'This user has no home folder (HOME) for the files of groupctl: set GROUPCTL_CONFIG_DIR and GROUPCTL_STATE_DIR.',
    { code: 'no-home', cause },
  );
}

function absolute(folder: string | undefined): string | undefined {
  if (folder === undefined || folder === '') return undefined;
  return isAbsolute(folder) ? folder : resolve(folder);
}
