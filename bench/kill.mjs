// Runs that are killed at random moments, each gone on with by `resume`: none may end with other
// members than were asked for, or send again what was done. `node bench/kill.mjs [runs] [seed]`
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killRuns } from './kill-runs.mjs';
import { benchEnv } from './ratio.mjs';
import { report } from './report.mjs';

const RUNS = 200;

/** Measures, prints, and says whether the bar is met. */
export async function killBar(bin, env, runs = RUNS, seed = randomInt(2 ** 31), say = undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-kill-'));
  try {
    const seen = await killRuns({ bin, env, folder, runs, seed, say });
    const { violations } = seen;
    for (const line of violations) process.stderr.write(`  ${line}\n`);
    const line =
      `${runs} kills    ${seen.killed} killed with ${span(seen.onServer)} rows done (journal: done ${span(seen.journalDone)}, ` +
      `in doubt ${span(seen.journalInDoubt)}; ${seen.noJournal} before it, ${seen.noPlan} without a plan), ` +
      `${seen.ended} had ended, ${seen.resumesKilled} resumes killed too; ${seen.calls} calls; seed ${seed}: ${violations.length} violations`;
    const figures = { runs, killed: seen.killed, seed, violations: violations.length };
    return report('kills', figures, line, { of: 'violations', most: 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function span({ min, median, max }) {
  return `${min}/${median}/${max}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const here = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'groupctl.js');
  const [runs, seed] = process.argv.slice(2).map(Number);
  const say = (text) => process.stderr.write(`${text}\n`);
  const met = await killBar(process.env.BENCH_BIN ?? here, benchEnv(), runs, seed, say);
  process.exitCode = met ? 0 : 1;
}
