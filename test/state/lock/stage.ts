import type { Clock } from '../../../src/http/deadline.ts';
import type { LockOptions, Processes } from '../../../src/state/lock/options.ts';

/** Time that passes only where it is waited for. */
export interface LockClock extends Clock {
  slept: number;
  time: number;
}

export function clockOf(onSleep: (now: number) => void = () => undefined): LockClock {
  return {
    slept: 0,
    time: 1_700_000_000_000,
    random: () => 0.5,
    now() {
      return this.time;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      this.slept += ms;
      this.time += ms;
      onSleep(this.time);
      await Promise.resolve();
    },
  };
}

/** This process, and which others are alive; the machine has been up for no time. */
export function processesOf(self: string, alive: readonly string[]): Processes {
  return { self, host: 'here', boot: 'b1', ms: () => 0, isAlive: (id) => alive.includes(id) };
}

export function lockOptions(options: Partial<LockOptions> = {}): LockOptions {
  return {
    clock: clockOf(),
    signal: new AbortController().signal,
    remaining: () => Infinity,
    report: () => undefined,
    ...options,
  };
}
