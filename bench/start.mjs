// Start-up, and `members add` of a new member, as multiples of `node -e 0`; of the executable as well,
// where it was built (npm run build:exe), and of what people compare with, where it is installed.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ulid } from 'ulid';
import { compare, timeOnce } from './ratio.mjs';
import { report } from './report.mjs';
import { patchSandbox, serveSandbox } from './sandbox.mjs';

const KEPT = 5000;
const [major, minor] = process.versions.node.split('.').map(Number);
const hasCompileCache = major > 22 || (major === 22 && minor >= 1);
/** In multiples of `node -e 0`. */
const BARS = {
  '--version': 1.3,
  '--help': 1.35,
  'members add': 3.4,
  'members add, compile cache': 3.1,
  'executable, --help': 1.15,
  'executable, members add': 2.7,
};
/** How much more an add may take with so many kept runs. */
const KEPT_BAR = 0.05;

/** Measures, reports, and says whether the bars are met. */
export async function startUp(bin, env, rounds) {
  const home = mkdtempSync(join(homedir(), '.groupctl-bench-'));
  const server = await serveSandbox(bin, env);
  try {
    const source = ['sources', 'add', `--url=${server.url}`, `--api-key=${server.apiKey}`];
    await timeOnce(process.execPath, [bin, ...source], env);
    const cases = [...ours(bin, env, home), ...(await peers(server))];
    const users = Array.from({ length: (rounds + 1) * (cases.length + 1) * 2 }, (_, at) => ({
      name: `bench${at}`,
      displayName: null,
      email: null,
    }));
    await patchSandbox(server.url, { proget: { users } });
    return reported(await compare(cases, rounds));
  } finally {
    server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function ours(bin, env, home) {
  const add = (run) => [
    'security',
    'groups',
    'members',
    'add',
    `--member=bench${run}`,
    '--name=QA',
  ];
  const node = (name, args, more = {}) => ({
    name,
    command: process.execPath,
    args: (run) => [bin, ...args(run)],
    env: { ...env, ...more },
  });
  const { NODE_DISABLE_COMPILE_CACHE: _, ...cached } = env;
  const exe = join(dirname(bin), '..', 'build', 'groupctl');
  const kept = { GROUPCTL_STATE_DIR: keptRuns(home) };
  return [
    node('--version', () => ['--version']),
    node('--help', () => ['--help']),
    node('members add', add),
    node(`members add, ${KEPT} kept runs`, add, kept),
    ...(hasCompileCache
      ? [{ ...node('members add, compile cache', add), env: { ...cached, XDG_CACHE_HOME: home } }]
      : []),
    ...(existsSync(exe)
      ? [
          { name: 'executable, --help', command: exe, args: () => ['--help'], env },
          { name: 'executable, members add', command: exe, args: add, env },
        ]
      : []),
  ];
}

/** A state folder with the records of many runs. */
function keptRuns(home) {
  const state = join(home, 'state');
  mkdirSync(join(state, 'runs'), { recursive: true, mode: 0o700 });
  for (let at = 0; at < KEPT; at++) {
    writeFileSync(join(state, 'runs', `${ulid(Date.now() - at * 60_000)}.jsonl`), '');
  }
  return state;
}

/** What is installed of the programs that people compare with; one that fails here is left out. */
async function peers({ url, apiKey }) {
  const key = ['--header', `X-ApiKey: ${apiKey}`, '--silent', '--fail', '--output', '/dev/null'];
  const list = [`${url}/api/security/groups/list`, ...key];
  const at = [`--source=${url}`, `--api-key=${apiKey}`];
  const wanted = [
    [
      'curl, four requests',
      'curl',
      [0, 1, 2, 3].flatMap((n) => (n === 0 ? list : ['--next', ...list])),
    ],
    ['gh --version', 'gh', ['--version']],
    ['python3, import requests', 'python3', ['-c', 'import requests']],
    [
      'pgutil, members add',
      'pgutil',
      ['security', 'groups', 'members', 'add', '--member=djones', '--name=QA', ...at],
    ],
  ];
  const found = [];
  for (const [name, command, args] of wanted) {
    const runs = await timeOnce(command, args, process.env).then(
      () => true,
      () => false,
    );
    if (runs) found.push({ name, command, args: () => args });
  }
  return found;
}

function reported(results) {
  const ratioOf = (wanted) => results.find(({ name }) => name === wanted)?.ratio ?? 0;
  let isMet = true;
  for (const { name, ...figures } of results) {
    const { ms, ratio, cpuMs, cpuRatio } = figures;
    const cpu = cpuMs === undefined ? '' : `, cpu ${cpuMs.toFixed(1)} ms ${cpuRatio.toFixed(2)}x`;
    const line = `${name.padEnd(28)} ${ms.toFixed(1).padStart(7)} ms ${ratio.toFixed(2).padStart(5)}x${cpu}`;
    const most = BARS[name];
    const bar = most === undefined ? undefined : { of: 'ratio', most, unit: 'x' };
    isMet = report(name, figures, line, bar) && isMet;
  }
  const more = ratioOf(`members add, ${KEPT} kept runs`) - ratioOf('members add');
  const line = `${KEPT} kept runs cost an add ${more.toFixed(2)}x`;
  return (
    report('cost of kept runs', { ratio: more }, line, {
      of: 'ratio',
      most: KEPT_BAR,
      unit: 'x',
    }) && isMet
  );
}
