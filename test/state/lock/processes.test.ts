import { describe, expect, it } from 'vitest';
import { processesOf } from '../../../src/state/lock/processes.ts';

/** A machine whose clocks go as the test says. */
function machine(): { now: (time: number, steady: number, up: number) => number } {
  const is = { time: 0, steady: 0, up: 0 };
  const processes = processesOf(
    {
      pid: 7,
      platform: 'linux',
      hrtime: { bigint: () => BigInt(is.steady) * 1_000_000n },
      kill: () => true,
    },
    { time: () => is.time, uptime: () => is.up / 1000 },
  );
  return {
    now: (time, steady, up) => {
      Object.assign(is, { time, steady, up });
      return processes.ms();
    },
  };
}

describe('the uptime', () => {
  it('is read once and goes on with the steady clock', () => {
    const { now } = machine();
    expect(now(1_000_000, 500, 70_000)).toBe(70_000);
    expect(now(1_000_300, 800, 0)).toBe(70_300);
    expect(now(1_060_000, 60_500, 0)).toBe(130_000);
  });

  it('counts the time for which the machine slept', () => {
    const { now } = machine();
    now(1_000_000, 500, 70_000);
    expect(now(1_600_100, 600, 670_100)).toBe(670_100);
    expect(now(1_600_200, 700, 0)).toBe(670_200);
  });

  it('does not move with the time of day', () => {
    const { now } = machine();
    now(1_000_000, 500, 70_000);
    expect(now(900_100, 600, 70_100)).toBe(70_100);
  });
});
