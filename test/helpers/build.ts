import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startShared } from './postgres.ts';

/** The package, packed and unpacked once for all tests, which only read it. */
export interface Package {
  readonly tarball: string;
  /** The unpacked package. */
  readonly root: string;
  /** Paths in the tarball, without `package/`. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    package: Package;
  }
}

interface PackReport {
  readonly filename: string;
  readonly files: { path: string; size: number }[];
}

/** What no package holds. */
const NOT_COPIED = /^(node_modules|\.git|\.stryker-tmp|coverage|reports|test|src|man)$/;

/** Builds the program and packs it: the end-to-end tests run the source as a user gets it. */
export default async function setup(project: TestProject): Promise<() => void> {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' });
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-package-'));
  project.provide('package', packInto(folder));
  const { shared, stop } = await startShared();
  project.provide('postgres', shared);
  return () => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Packs what was just built, from a copy: the package.json is another one meanwhile. */
function packInto(folder: string): Package {
  const copy = join(folder, 'source');
  cpSync('.', copy, { recursive: true, filter: (path) => !NOT_COPIED.test(path) });
  execFileSync(process.execPath, ['scripts/published.mjs', copy], { stdio: 'inherit' });
  const report = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  rmSync(copy, { recursive: true });
  const parsed = JSON.parse(report) as PackReport[] | Record<string, PackReport>;
  const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
  if (packed === undefined) throw new Error('npm pack printed no package.');
  const tarball = join(folder, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  return {
    tarball,
    root: join(folder, 'package'),
    files: packed.files.map(({ path, size }) => ({ path, size })),
  };
}
