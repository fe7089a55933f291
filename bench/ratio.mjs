// Times whole processes as multiples of `node -e 0` in the same run: interleaved, medians.
import { spawn } from 'node:child_process';

/** Variables that would make every start of Node slower, or change the settle default. */
export function benchEnv(extra = {}) {
  const { NODE_EXTRA_CA_CERTS: _, CI: __, NODE_OPTIONS: ___, ...env } = process.env;
  return { ...env, NODE_DISABLE_COMPILE_CACHE: '1', ...extra };
}

/** Milliseconds from start to exit of one process; throws when it does not exit 0. */
export async function timeOnce(command, args, env) {
  const started = process.hrtime.bigint();
  await runOnce(command, args, env);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/**
 * Milliseconds of processor time, user and system, of one process; undefined where there is no bash,
 * which reads them.
 */
export async function cpuOnce(command, args, env) {
  if (process.platform === 'win32') return undefined;
  const script = `TIMEFORMAT='%3U %3S'; time "$@"`;
  const stderr = await runOnce('bash', ['-c', script, 'bash', command, ...args], env);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return (user + system) * 1000;
}

async function runOnce(command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}: ${stderr}`);
  return stderr;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs the cases by turns with `node -e 0`, once for the time and once for the processor time, and
 * returns the medians. A case is { name, command, args: (run) => string[], env }; no two runs have the
 * same number.
 */
export async function compare(cases, rounds) {
  const env = benchEnv();
  const base = { name: 'node -e 0', command: process.execPath, args: () => ['-e', '0'] };
  const all = [base, ...cases].map((each) => ({ ...each, ms: [], cpu: [] }));
  let run = 0;
  for (let round = -1; round < rounds; round++) {
    for (const { command, args, env: own = env, ms, cpu } of all) {
      const took = await timeOnce(command, args(run++), own);
      const worked = await cpuOnce(command, args(run++), own);
      // The first round warms the disk cache and is not counted.
      if (round < 0) continue;
      ms.push(took);
      if (worked !== undefined) cpu.push(worked);
    }
  }
  const [first] = all;
  return all.map(({ name, ms, cpu }) => ({
    name,
    ms: median(ms),
    ratio: median(ms) / median(first.ms),
    ...(cpu.length > 0 && { cpuMs: median(cpu), cpuRatio: median(cpu) / median(first.cpu) }),
  }));
}
