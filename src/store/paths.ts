import { isAbsolute, join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where this user's files are. Neither folder is made before something is written to it. */
export interface Paths {
  /** Holds the configuration file with the sources. */
  readonly config: string;
  /** Holds the journal, the locks and the sandbox. */
  readonly state: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `GROUPCTL_CONFIG_DIR` and `GROUPCTL_STATE_DIR`, else the platform's folders (env-paths). State
 * goes where logs go on Linux (`~/.local/state`): elsewhere env-paths knows no such folder, and the
 * data folder is the one that is backed up and not cleaned.
 */
export function findPaths(env: Env, platform: string): Paths {
  const standard = envPaths('groupctl', { suffix: '' });
  const state = platform === 'linux' ? standard.log : join(standard.data, 'state');
  return {
    config: absolute(env['GROUPCTL_CONFIG_DIR']) ?? standard.config,
    state: absolute(env['GROUPCTL_STATE_DIR']) ?? state,
  };
}

function absolute(folder: string | undefined): string | undefined {
  if (folder === undefined || folder === '') return undefined;
  return isAbsolute(folder) ? folder : resolve(folder);
}
