// Times whole processes as multiples of `node -e 0` in the same run: interleaved, medians.
import { spawn } from 'node:child_process';

/** Variables that would make every start of Node slower, or change the settle default. */
export function benchEnv(extra = {}) {
  const { NODE_EXTRA_CA_CERTS: _, CI: __, NODE_OPTIONS: ___, ...env } = process.env;
  return { ...env, ...extra };
}

/** Milliseconds from start to exit of one process; throws when it does not exit 0. */
export async function timeOnce(command, args, env) {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs the cases by turns with `node -e 0`, and returns the medians.
 * A case is { name, command, args: (round) => string[], env }.
 */
export async function compare(cases, rounds) {
  const times = new Map([['node -e 0', []], ...cases.map(({ name }) => [name, []])]);
  const env = benchEnv();
  for (let round = -1; round < rounds; round++) {
    const base = await timeOnce(process.execPath, ['-e', '0'], env);
    // The first round warms the disk cache and is not counted.
    if (round >= 0) times.get('node -e 0').push(base);
    for (const { name, command, args, env: own } of cases) {
      const took = await timeOnce(command, args(round), own ?? env);
      if (round >= 0) times.get(name).push(took);
    }
  }
  const base = median(times.get('node -e 0'));
  return [...times].map(([name, values]) => ({
    name,
    ms: median(values),
    ratio: median(values) / base,
  }));
}
