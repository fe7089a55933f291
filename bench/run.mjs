// npm run bench: start-up and `members add` of a new member, as multiples of `node -e 0`; 2,000
// members at once on Infisical, against a bare loop over undici; 10,000 on ProGet, against curl; the
// memory for 100,000; and 200 runs that are killed (BENCH_KILLS: another number of them).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchRate } from './batch.mjs';
import { bulkAdd } from './bulk.mjs';
import { killBar } from './kill.mjs';
import { memoryBar } from './memory.mjs';
import { benchEnv, compare, timeOnce } from './ratio.mjs';
import { patchSandbox, serveSandbox } from './sandbox.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);
const KILLS = Number(process.env.BENCH_KILLS ?? 200);
const BARS = { '--version': 1.4, '--help': 1.4, 'members add': 4.5 };

const bin = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
const home = mkdtempSync(join(tmpdir(), 'groupctl-bench-'));
const env = benchEnv({
  GROUPCTL_CONFIG_DIR: join(home, 'config'),
  GROUPCTL_STATE_DIR: join(home, 'state'),
});

const server = await serveSandbox(bin, env);
try {
  const url = `--url=${server.url}`;
  await timeOnce(process.execPath, [bin, 'sources', 'add', url, `--api-key=${server.apiKey}`], env);
  await seedUsers(server.url, ROUNDS);
  const add = (round) => [
    'security',
    'groups',
    'members',
    'add',
    `--member=bench${round}`,
    '--name=QA',
  ];
  const groupctl = (name, args) => ({
    name,
    command: process.execPath,
    args: (round) => [bin, ...args(round)],
    env,
  });
  const results = await compare(
    [
      groupctl('--version', () => ['--version']),
      groupctl('--help', () => ['--help']),
      groupctl('members add', add),
    ],
    ROUNDS,
  );
  let failed = false;
  for (const { name, ms, ratio } of results) {
    const bar = BARS[name];
    const over = bar !== undefined && ratio > bar;
    failed ||= over;
    const verdict = bar === undefined ? '' : over ? `  OVER ${bar}x` : `  (at most ${bar}x)`;
    console.log(
      `${name.padEnd(12)} ${ms.toFixed(1).padStart(7)} ms ${ratio.toFixed(2).padStart(6)}x${verdict}`,
    );
  }
  failed = !(await batchRate(bin, env)) || failed;
  failed = !(await bulkAdd(bin, env)) || failed;
  failed = !(await memoryBar(bin, env)) || failed;
  failed = !(await killBar(bin, env, KILLS)) || failed;
  process.exitCode = failed ? 1 : 0;
} finally {
  server.stop();
  rmSync(home, { recursive: true, force: true });
}

async function seedUsers(url, rounds) {
  const users = Array.from({ length: rounds + 1 }, (_, at) => ({
    name: `bench${at - 1}`,
    displayName: null,
    email: null,
  }));
  await patchSandbox(url, { proget: { users } });
}
