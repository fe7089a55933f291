// npm run bench: start-up; 2,000 members at once on Infisical, against a bare loop over undici; 10,000 on
// ProGet, against curl; the memory for 100,000; and 200 runs that are killed. `-- --json` prints one
// document. BENCH_ROUNDS and BENCH_KILLS: other numbers; BENCH_PARTS=start,bulk: only these.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchRate } from './batch.mjs';
import { bulkAdd } from './bulk.mjs';
import { killBar } from './kill.mjs';
import { memoryBar } from './memory.mjs';
import { benchEnv } from './ratio.mjs';
import { printReport } from './report.mjs';
import { startUp } from './start.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);
const KILLS = Number(process.env.BENCH_KILLS ?? 200);

const bin = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
const home = mkdtempSync(join(tmpdir(), 'groupctl-bench-'));
const env = benchEnv({
  GROUPCTL_CONFIG_DIR: join(home, 'config'),
  GROUPCTL_STATE_DIR: join(home, 'state'),
});
const PARTS = {
  start: () => startUp(bin, env, ROUNDS),
  batch: () => batchRate(bin, env),
  bulk: () => bulkAdd(bin, env),
  memory: () => memoryBar(bin, env),
  kill: () => killBar(bin, env, KILLS),
};

try {
  const wanted = process.env.BENCH_PARTS?.split(',') ?? Object.keys(PARTS);
  let isMet = true;
  for (const part of wanted) isMet = (await PARTS[part]()) && isMet;
  printReport();
  process.exitCode = isMet ? 0 : 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
