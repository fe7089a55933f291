import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv } from '../helpers/packed.ts';

/** The single executable (`npm run build:exe`), in a folder where nothing else is. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Node as distributions build it has its code in a library, and cannot be made into one. */
const canBuild =
  process.platform === 'linux' && readFileSync(process.execPath).includes('NODE_SEA_FUSE_');

describe.runIf(canBuild)('the executable', () => {
  let folder = '';
  let exe = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'groupctl-exe-'));
    exe = join(folder, 'groupctl');
    execFileSync(process.execPath, ['scripts/exe/build.mjs', process.execPath, exe], {
      cwd: ROOT,
      stdio: 'pipe',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (
    argv: readonly string[],
  ): { code: number | null; stdout: string; stderr: string } => {
    const env = cleanEnv({ HOME: folder, PATH: '/nowhere' });
    const { status, stdout, stderr } = spawnSync(exe, argv, { env, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
  const words = (text: string): string[] => text.split(' ');

  it('prints its version and its help', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(run([])).toMatchObject({ code: 0, stderr: '' });
    expect(run(words('security groups members add --help')).stdout).toContain('--member <name>');
  });

  it.each(['sandbox', 'sandbox:infisical'])('adds, lists, undoes and records (%s)', (source) => {
    const members = ['security', 'groups', 'members'];
    const at = ['--name=Developers', `--source=${source}`];
    expect(run([...members, 'add', '--member=jsmith', ...at])).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
      stderr: '',
    });
    expect(run([...members, 'list', ...at]).stdout).toContain('jsmith');
    const undone = run(['undo', 'latest', '--yes']);
    expect([undone.code, undone.stdout]).toEqual([0, 'Removed jsmith from Developers.\n']);
    expect(run(['history']).stdout.trim().split('\n').length).toBeGreaterThan(1);
  });

  it('reads and writes files, CSV, tables and queries', () => {
    const list = words('security groups list --source=sandbox');
    expect(run([...list, '--output=csv']).stdout).toMatch(/^name,/);
    expect(run([...list, '--output=table']).code).toBe(0);
    expect(run([...list, '--query=[0].name']).stdout).toBe('"Administrators"\n');
    expect(run(words('sources add --name=x --url=https://a.example/ --api-key=abc')).code).toBe(0);
    expect(existsSync(join(folder, '.config', 'groupctl', 'config.json'))).toBe(true);
  });

  it('has no keyring, and says so', () => {
    const add = words('sources add --name=y --url=https://b.example/ --api-key=abc');
    expect(run([...add, '--key-storage=keyring'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: The keyring of this computer cannot be used: the single executable has no keyring. Use --key-storage=file, or --api-key-command. Nothing was written.\n',
    });
  });
});
