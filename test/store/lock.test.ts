import { existsSync, mkdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { describe, expect, it } from 'vitest';
import { foldName } from '../../src/domain/names.ts';
import type { Clock } from '../../src/http/deadline.ts';
import { lockPath, takeLock } from '../../src/store/lock.ts';
import { temporaryFolder } from '../helpers/cli.ts';

const never = new AbortController().signal;

/** Time that passes only where it is waited for. */
function testClock(onSleep: (now: number) => void = () => undefined): Clock & { slept: number } {
  let now = 1_700_000_000_000;
  return {
    slept: 0,
    now: () => now,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      this.slept += ms;
      now += ms;
      onSleep(now);
      await Promise.resolve();
    },
  };
}

function path(): string {
  return lockPath(temporaryFolder(), 'https://a.example/', foldName('Developers'));
}

describe('where the lock is', () => {
  it('is the same however the name of the group is written', () => {
    const at = (name: string): string => lockPath('/s', 'https://a.example/', foldName(name));
    expect(at('developers')).toBe(at('DEVELOPERS'));
    expect(at('Zo\u00eb')).toBe(at('zoe\u0308'));
    expect(at('Developers')).not.toBe(at('Developers2'));
    expect(at('Straße')).not.toBe(at('STRASSE'));
  });

  it('is another one for another server', () => {
    const at = (server: string): string => lockPath('/s', server, 'G');
    expect(at('https://a.example/')).not.toBe(at('https://b.example/'));
    expect(at('https://a.example/')).not.toBe(at('https://a.example/proget/'));
    expect(at('sandbox')).not.toBe(at('sandbox:infisical'));
    expect(lockPath('/s', 'a', 'b\nc')).toMatch(/^\/s.locks.[0-9a-f]{64}$/);
  });
});

describe('the lock', () => {
  it('keeps another one out until it is released', async () => {
    const file = path();
    const order: string[] = [];
    const first = await takeLock(file, 'G', testClock(), never);
    let released = false;
    const clock = testClock(() => {
      if (released) return;
      released = true;
      order.push('released');
      void first.release();
    });
    const second = await takeLock(file, 'G', clock, never).then((lock) => {
      order.push('taken');
      return lock;
    });
    expect(order).toEqual(['released', 'taken']);
    expect(first.stillHeld()).toBe(false);
    expect(second.stillHeld()).toBe(true);
    await first.release();
    expect(second.stillHeld()).toBe(true);
    await second.release();
    expect(existsSync(`${file}.lock`)).toBe(false);
    expect(existsSync(`${file}.owner`)).toBe(false);
  });

  it('of a process that is gone is taken at once; of one that is there, or cannot be told, is not', async () => {
    const processes = (self: string, alive: readonly string[]) => ({
      self,
      isAlive: (id: string): boolean => alive.includes(id),
    });
    const file = path();
    const killed = await takeLock(file, 'G', testClock(), never, {
      processes: processes('here 1', []),
    });
    const waiting = testClock();
    const late = { processes: processes('here 2', ['here 1']), limitMs: 50 };
    await expect(takeLock(file, 'G', waiting, never, late)).rejects.toMatchObject({
      code: 'locked',
    });
    const clock = testClock();
    const next = await takeLock(file, 'G', clock, never, { processes: processes('here 3', []) });
    expect(clock.slept).toBe(0);
    expect(killed.stillHeld()).toBe(false);
    expect(next.stillHeld()).toBe(true);
    await next.release();

    const untold = await takeLock(file, 'G', testClock(), never);
    const patience = { processes: processes('here 4', []), limitMs: 50 };
    await expect(takeLock(file, 'G', testClock(), never, patience)).rejects.toMatchObject({
      code: 'locked',
    });
    await untold.release();
  });

  it('is waited for a minute, and no longer', async () => {
    const file = path();
    const first = await takeLock(file, 'G', testClock(), never);
    const clock = testClock();
    await expect(takeLock(file, 'Developers', clock, never)).rejects.toMatchObject({
      kind: 'safety',
      exitCode: 8,
      code: 'locked',
      message: 'Another groupctl has been changing Developers for a minute.',
      hint: expect.stringContaining('Nothing was written') as string,
    });
    expect(clock.slept).toBeGreaterThanOrEqual(60_000);
    expect(clock.slept).toBeLessThan(60_100);
    expect(first.stillHeld()).toBe(true);
    await first.release();
  });

  it('is not waited for after an interrupt', async () => {
    const file = path();
    const first = await takeLock(file, 'G', testClock(), never);
    const stop = new AbortController();
    const clock = testClock(() => stop.abort());
    await expect(takeLock(file, 'G', clock, stop.signal)).rejects.toMatchObject({ exitCode: 130 });
    await first.release();
  });

  it('of a process that is gone is taken over after 10 seconds', async () => {
    const file = path();
    mkdirSync(`${file}.lock`, { recursive: true });
    writeFileSync(`${file}.owner`, 'somebody who was killed');
    const age = (seconds: number): void => {
      const then = Date.now() / 1000 - seconds;
      utimesSync(`${file}.lock`, then, then);
    };
    age(8);
    let looks = 0;
    const clock = testClock(() => {
      if (++looks === 3) age(11);
    });
    const lock = await takeLock(file, 'G', clock, never);
    expect(looks).toBe(3);
    expect(lock.stillHeld()).toBe(true);
    await lock.release();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('that was taken over is known to be lost, and is left to its new owner', async () => {
    const file = path();
    const lock = await takeLock(file, 'G', testClock(), never);
    rmdirSync(`${file}.lock`);
    const others = await lockfile.lock(file, { realpath: false });
    writeFileSync(`${file}.owner`, 'another');
    expect(lock.stillHeld()).toBe(false);
    await lock.release();
    expect(existsSync(`${file}.lock`)).toBe(true);
    expect(existsSync(`${file}.owner`)).toBe(true);
    await others().catch(() => undefined);
  });

  it('is lost when its file is gone', async () => {
    const file = path();
    const lock = await takeLock(file, 'G', testClock(), never);
    expect(lock.stillHeld()).toBe(true);
    rmdirSync(`${file}.lock`);
    writeFileSync(`${file}.owner`, '');
    expect(lock.stillHeld()).toBe(false);
    await lock.release();
  });

  it('where it cannot be made is a matter of configuration', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const file = lockPath(join(folder, 'file'), 'https://a.example/', 'G');
    await expect(takeLock(file, 'G', testClock(), never)).rejects.toMatchObject({
      kind: 'config',
      code: 'state-not-writable',
    });
  });
});
