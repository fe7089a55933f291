import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/cli.ts';
import { BIN } from '../helpers/spawn.ts';

/** A number that no account has. */
const NOBODY = 54_321;
/** Only root can run a process under another number, and not in every container. */
const cannotBeNobody =
  process.getuid?.() !== 0 ||
  spawnSync(process.execPath, [BIN, '--version'], { uid: NOBODY, gid: NOBODY }).status !== 0;

function run(argv: readonly string[], env: NodeJS.ProcessEnv, uid?: number): unknown {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const options = { env, encoding: 'utf8', ...ids } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], options);
  return { code: status, stdout, stderr };
}

const NO_HOME = {
  code: 2,
  stdout: '',
  stderr:
    'groupctl: This user has no home folder (HOME) for the files of groupctl: set GROUPCTL_CONFIG_DIR and GROUPCTL_STATE_DIR.\n',
};

describe.skipIf(process.platform === 'win32')('a user without a home folder', () => {
  it('is told which variables to set: 2 (HOME is empty)', () => {
    expect(run(['history'], { HOME: '' })).toEqual(NO_HOME);
  });

  it.skipIf(cannotBeNobody)('is told which variables to set: 2 (no account)', () => {
    expect(run(['history'], {}, NOBODY)).toEqual(NO_HOME);
    expect(run(['sources', 'list'], {}, NOBODY)).toEqual(NO_HOME);
  });

  it.skipIf(cannotBeNobody)('can do everything once both variables are set', () => {
    const folder = join(temporaryFolder(), 'user');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    chmodSync(join(folder, '..'), 0o755);
    const env = {
      GROUPCTL_CONFIG_DIR: join(folder, 'config'),
      GROUPCTL_STATE_DIR: join(folder, 'state'),
    };
    const add = ['security', 'groups', 'members', 'add', '--name=Developers', '--member=jsmith'];
    const source = ['sources', 'add', '--url=https://proget.example/', '--api-key=abc12345'];
    for (const argv of [source, ['sources', 'list'], [...add, '--source=sandbox'], ['history']]) {
      expect(run(argv, env, NOBODY)).toMatchObject({ code: 0, stderr: '' });
    }
  });
});
