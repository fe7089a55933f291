import { uptime } from 'node:os';

/**
 * Milliseconds since some moment, by clocks that nobody sets. The one of the process may stand still
 * while the machine sleeps, and the uptime may be coarse, so the later one counts.
 */
export function ticks(): number {
  return Math.max(performance.now() - STARTED.process, uptime() * 1000 - STARTED.machine);
}

const STARTED = { process: performance.now(), machine: uptime() * 1000 };
