import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN } from '../helpers/spawn.ts';

type Env = Readonly<Record<string, string>>;
const { enableCache } = createRequire(import.meta.url)('../../bin/compile-cache.js') as {
  readonly enableCache: (enable: (folder: string) => void, env: Env, platform: string) => void;
};

const isPosix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasCache = major > 22 || (major === 22 && minor >= 1);

/** A folder below the home folder: the one for temporary files belongs to everybody. */
function home(): string {
  const folder = mkdtempSync(join(homedir(), '.groupctl-test-'));
  onTestFinished(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The folder that Node would get; undefined: none. */
function folderFor(caches: string, more: Env = {}, platform = 'linux'): string | undefined {
  let given: string | undefined;
  enableCache((folder) => void (given = folder), { XDG_CACHE_HOME: caches, ...more }, platform);
  return given;
}

describe.runIf(isPosix)('the compile cache', () => {
  it('is in a folder of its own, 0700, which is made', () => {
    const caches = join(home(), 'caches');
    const folder = join(caches, 'groupctl', 'compile-cache');
    expect(folderFor(caches)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(folderFor(caches)).toBe(folder);
  });

  it.each([
    'CI=true',
    'CI=1',
    'NODE_DISABLE_COMPILE_CACHE=1',
    'NODE_DISABLE_COMPILE_CACHE=',
    'NODE_COMPILE_CACHE=/x',
  ])('is off with %s, and no folder is made', (setting) => {
    const caches = join(home(), 'caches');
    const [name = '', value = ''] = setting.split('=');
    expect(folderFor(caches, { [name]: value })).toBeUndefined();
    expect(existsSync(caches)).toBe(false);
  });

  it.each(['CI=false', 'CI=0', 'CI='])('is on with %s', (setting) => {
    const [name = '', value = ''] = setting.split('=');
    expect(folderFor(home(), { [name]: value })).toBeDefined();
  });

  it('is off where others can write to the folder, to one above it, or read it', () => {
    const caches = home();
    const folder = folderFor(caches) ?? '';
    for (const [path, mode] of [
      [folder, 0o770],
      [folder, 0o750],
      [dirname(folder), 0o777],
      [caches, 0o1777],
      [caches, 0o720],
    ] as const) {
      const before = statSync(path).mode & 0o7777;
      chmodSync(path, mode);
      expect(folderFor(caches), `${path} ${mode.toString(8)}`).toBeUndefined();
      chmodSync(path, before);
    }
    expect(folderFor(caches)).toBe(folder);
  });

  it.runIf(isRoot)('is off where the folder, or one above it, is that of another user', () => {
    const caches = home();
    const folder = folderFor(caches) ?? '';
    for (const path of [folder, caches]) {
      chownSync(path, 1, 1);
      expect(folderFor(caches)).toBeUndefined();
      chownSync(path, 0, 0);
    }
  });

  it('is off where a link leads elsewhere', () => {
    const [caches, elsewhere] = [home(), home()];
    mkdirSync(join(elsewhere, 'compile-cache'), { mode: 0o700 });
    symlinkSync(elsewhere, join(caches, 'groupctl'));
    expect(folderFor(caches)).toBeUndefined();
    rmSync(join(caches, 'groupctl'));
    mkdirSync(join(caches, 'groupctl'), { mode: 0o700 });
    symlinkSync(elsewhere, join(caches, 'groupctl', 'compile-cache'));
    expect(folderFor(caches)).toBeUndefined();
  });

  it('is off, and nothing fails, where no folder can be made', () => {
    const caches = home();
    writeFileSync(join(caches, 'groupctl'), 'a file');
    expect(folderFor(caches)).toBeUndefined();
    expect(folderFor('/proc/nowhere')).toBeUndefined();
    expect(folderFor('relative')).toBeUndefined();
    expect(existsSync('relative')).toBe(false);
    expect(folderFor(join(caches, 'no', 'parents'))).toBeUndefined();
  });
});

describe.runIf(isPosix && hasCache)('the program with its compile cache', () => {
  it('says the same on its second run, and with a damaged cache', () => {
    const caches = home();
    const env = { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: caches };
    const run = (): string =>
      execFileSync(process.execPath, [BIN, 'security', '--help'], { env, encoding: 'utf8' });
    const first = run();
    const folder = join(caches, 'groupctl', 'compile-cache');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(0);
    expect(run()).toBe(first);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (let at = 50; at < bytes.length; at += 997) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      writeFileSync(file, bytes);
    }
    expect(run()).toBe(first);
  });
});
