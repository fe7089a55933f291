import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  it('wakes sleepers in the order of time, then of asking, each one done before the next', async () => {
    const clock = new VirtualClock(1);
    const seen: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      await Promise.resolve();
      await Promise.resolve();
      seen.push(`${clock.now()} ${name}`);
    };
    const all = [sleeper('c', 30), sleeper('a', 10), sleeper('d', 30), sleeper('b', 20)];
    clock.at(10, () => seen.push('10 act'));
    await clock.run();
    await Promise.all(all);
    expect(seen).toEqual(['10 a', '10 act', '20 b', '30 c', '30 d']);
  });

  it('ends a sleep at an abort, and does not begin one after it', async () => {
    const clock = new VirtualClock(1);
    const abort = new AbortController();
    const sleeping = clock.sleep(10, abort.signal).catch(() => `ended at ${clock.now()}`);
    clock.at(5, () => abort.abort());
    await clock.run();
    expect(await sleeping).toBe('ended at 5');
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow();
  });

  it('draws the same numbers for the same seed', () => {
    const draw = (seed: number): number[] => {
      const clock = new VirtualClock(seed);
      return [clock.random(), clock.random(), clock.random()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(3).every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
