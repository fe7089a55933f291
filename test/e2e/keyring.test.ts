import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, pack, type Packed } from '../helpers/packed.ts';

/** The real keyring of a desktop, in a session of its own. Without its programs the tests are left out. */
const isInstalled = ['dbus-run-session', 'gnome-keyring-daemon'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);

const KEY = 'abc12345-in-the-keyring';

let packed: Packed;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  packed = pack();
  // The optional dependency is not in the package.
  const modules = join(process.cwd(), 'node_modules');
  env = { ...cleanEnv({ HOME: packed.folder, NODE_PATH: modules }), LANG: 'C.UTF-8' };
});

afterAll(() => packed.remove());

/** Runs command lines of groupctl one after the other, in a session with an unlocked keyring. */
function inSession(...lines: string[]): { code: number | null; stdout: string } {
  const groupctl = `"${process.execPath}" "${packed.bin}"`;
  const script = [
    'set -e',
    'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1',
    ...lines.map((line) => line.replace(/^groupctl/, groupctl)),
  ].join('\n');
  const argv = ['--', 'sh', '-c', script];
  const { status, stdout } = spawnSync('dbus-run-session', argv, { env, encoding: 'utf8' });
  return { code: status, stdout };
}

describe('the keyring of a desktop', () => {
  it.skipIf(!isInstalled)(
    'keeps a key for other processes, and takes it back from the file',
    () => {
      const add = `groupctl sources add --name=prod --url=http://127.0.0.1:9/ --api-key=${KEY}`;
      const list = 'groupctl security groups list --source=prod --timeout=1';
      const { code, stdout } = inSession(
        `${add} --key-storage=keyring`,
        // The key is found, and nothing answers there: 6. Without the key it is 3.
        `${list} >/dev/null 2>&1 || echo exit $?`,
        'groupctl sources edit prod --key-storage=file',
        'groupctl sources edit prod --key-storage=keyring',
        `${list} >/dev/null 2>&1 || echo exit $?`,
      );
      expect(code).toBe(0);
      expect(stdout.match(/exit \d/g)).toEqual(['exit 6', 'exit 6']);
      const config = join(packed.folder, '.config/groupctl/config.json');
      expect(readFileSync(config, 'utf8')).not.toContain(KEY);
    },
  );

  it.skipIf(!isInstalled)('is needed: without a session the key cannot be read', () => {
    const argv = [packed.bin, 'security', 'groups', 'list', '--source=prod'];
    const { status, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stderr).toContain(
      'The credentials of the source "prod" cannot be read from the keyring: ',
    );
  });
});
