// 100,000 rows: the most memory that the process ever had (ru_maxrss), and a line of progress.
// Off a terminal there is a line every 10 s, so a write is held up for longer where all of it is one.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchEnv } from './ratio.mjs';
import { report } from './report.mjs';
import { patchSandbox, serveSandbox, setFaults } from './sandbox.mjs';

const MEMBERS = 100_000;
const BAR_MB = 250;
const SHOW_BAR_MB = 220;
const UNDO_BAR_MB = 225;
const HELD_UP_MS = 11_000;
const GROUP = 'Everybody';

/** Measures, prints, and says whether the bars are met. */
export async function memoryBar(bin, env, { infisicalMembers = MEMBERS } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-memory-'));
  try {
    const tell = preload(folder);
    const files = writeFiles(folder, MEMBERS);
    const proget = [
      { name: 'list', file: files.list, options: [], heldUp: true },
      { name: 'CSV', file: files.csv, options: [], heldUp: false },
      { name: 'list, --json', file: files.list, options: ['--json'], heldUp: false },
      { name: 'list, --output=csv', file: files.list, options: ['--output=csv'], heldUp: false },
      { name: 'CSV, --json', file: files.csv, options: ['--json'], heldUp: false },
    ];
    // One by one, which takes minutes: once, and it has to say so by itself.
    const { list } = writeFiles(folder, infisicalMembers, 'some');
    const infisical = [{ name: 'list', file: list, options: [], heldUp: false }];
    const results = [
      await onServer({ bin, env, tell }, 'proget', MEMBERS, proget),
      await onServer({ bin, env, tell }, 'infisical', infisicalMembers, infisical),
    ];
    return results.every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onServer({ bin, env, tell }, kind, count, cases) {
  const server = await serveSandbox(bin, env, [`--kind=${kind}`]);
  let met = true;
  try {
    const names = namesOf(count);
    const users =
      kind === 'proget'
        ? names.map((name) => ({ name, displayName: null, email: null }))
        : names.map((username, at) => ({ username, firstName: `First${at}` }));
    await patchSandbox(server.url, { [kind]: { users } });
    for (const { name, file, options, heldUp } of cases) {
      const empty = kind === 'proget' ? { name: GROUP, users: [] } : { name: GROUP, members: [] };
      await patchSandbox(server.url, { [kind]: { groups: [empty] } });
      const slow = { method: 'POST', path: 'groups/update', latencyMs: HELD_UP_MS };
      await setFaults(server.url, heldUp ? [slow] : []);
      const args = addArgs(bin, kind, server, file, options);
      const ran = await measured(tell, args, env);
      if (ran.code !== 0) throw new Error(`${args.join(' ')} exited ${ran.code}: ${ran.stderr}`);
      const lines = ran.stderr.split('\n').filter((line) => PROGRESS.test(line));
      // What comes before the first write has no progress, on ProGet all but one moment.
      const mustSay = heldUp || (kind === 'infisical' && ran.ms > 2 * HELD_UP_MS);
      const said = lines.length === 0 ? (mustSay ? 'NO progress' : '') : `"${lines[0]}"`;
      const isMet = report(
        `${count} rows, ${kind}, ${name}`,
        { mb: ran.mb, ms: ran.ms },
        `${count.toLocaleString('en')} rows ${kind}, ${name}: ${ran.mb.toFixed(0)} MB in ${(ran.ms / 1000).toFixed(1)} s  ${said}`,
        { of: 'mb', most: BAR_MB, unit: ' MB' },
      );
      met &&= isMet && (!mustSay || lines.length > 0);
    }
    if (kind === 'proget') met = (await ofRun({ bin, env, tell }, server, count)) && met;
    return met;
  } finally {
    server.stop();
  }
}

/** The run before: shown, and undone. */
async function ofRun({ bin, env, tell }, { url, apiKey }, count) {
  const at = [`--source=${url}`, `--api-key=${apiKey}`];
  let met = true;
  for (const [name, most, args] of [
    ['history show --json', SHOW_BAR_MB, ['history', 'show', 'latest', '--json']],
    ['undo', UNDO_BAR_MB, ['undo', 'latest', '--yes', ...at]],
  ]) {
    const { code, stderr, mb, ms } = await measured(tell, [bin, ...args], env);
    if (code !== 0) throw new Error(`${args.join(' ')} exited ${code}: ${stderr}`);
    const line = `${count.toLocaleString('en')} rows proget, ${name}: ${mb.toFixed(0)} MB in ${(ms / 1000).toFixed(1)} s`;
    const bar = { of: 'mb', most, unit: ' MB' };
    met = report(`${count} rows, proget, ${name}`, { mb, ms }, line, bar) && met;
  }
  return met;
}

const PROGRESS = /^(Still working after |[\d,]+ of [\d,]+ done )/;

function addArgs(bin, kind, { url, apiKey }, file, options) {
  const at = [`--source=${url}`, `--kind=${kind}`, `--api-key=${apiKey}`];
  const add = ['security', 'groups', 'members', 'add', `--name=${GROUP}`, `--file=${file}`];
  return [bin, ...add, ...at, ...options];
}

function namesOf(count) {
  return Array.from({ length: count }, (_, at) => `user${at}@corp.test`);
}

function writeFiles(folder, count, prefix = 'all') {
  const names = namesOf(count);
  const list = join(folder, `${prefix}.txt`);
  const csv = join(folder, `${prefix}.csv`);
  writeFileSync(list, `${names.join('\n')}\n`);
  const rows = names.map((name, at) => `${at},"Person, ${at}",${name},Sales`);
  writeFileSync(csv, `Number,Display,User,Team\r\n${rows.join('\r\n')}\r\n`);
  return { list, csv };
}

/** A module that says at the end of a process how much memory it ever had. */
function preload(folder) {
  const script = join(folder, 'tell.cjs');
  const out = join(folder, 'maxrss');
  writeFileSync(
    script,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(out)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  return { script, out };
}

async function measured({ script, out }, args, env) {
  rmSync(out, { force: true });
  const started = performance.now();
  const child = spawn(process.execPath, ['--require', script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const mb = Number(readFileSync(out, 'utf8')) / 1024;
  return { code, stderr, mb, ms: performance.now() - started };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const here = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
  const home = mkdtempSync(join(tmpdir(), 'groupctl-bench-'));
  const env = benchEnv({
    GROUPCTL_CONFIG_DIR: join(home, 'config'),
    GROUPCTL_STATE_DIR: join(home, 'state'),
  });
  const infisicalMembers = Number(process.argv[2] ?? MEMBERS);
  const met = await memoryBar(process.env.BENCH_BIN ?? here, env, { infisicalMembers });
  rmSync(home, { recursive: true, force: true });
  process.exitCode = met ? 0 : 1;
}
