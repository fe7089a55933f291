// Around `npm pack` and `npm publish`. The package.json in the repository keeps `prepare`, which builds the
// program where it is installed from a git URL; the packed one has no scripts.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = join(root, 'package.json');
const kept = join(root, '.package.json.kept');

// Also one that an interrupted run left behind.
if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'before') {
  const run = (...argv) =>
    execFileSync(process.execPath, argv, { cwd: root, stdio: ['ignore', 2, 2] });
  run('esbuild.config.mjs');
  copyFileSync(manifest, kept);
  run('scripts/published.mjs', root);
}
