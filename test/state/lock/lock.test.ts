import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type fs from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { foldName } from '../../../src/domain/names.ts';
import { lockPath, takeLock } from '../../../src/state/lock/lock.ts';
import type { LockOptions } from '../../../src/state/lock/options.ts';
import { readLock, removeAbandoned } from '../../../src/state/lock/lock-folder.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { clockOf, lockOptions, processesOf } from './stage.ts';

function newPath(): string {
  return lockPath(temporaryFolder(), 'https://a.example/', foldName('Developers'));
}

/** A lock folder whose last heartbeat was that many seconds ago. */
function foreignLock(path: string, seconds: number): void {
  const folder = `${path}.lock`;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'owner'))) writeFileSync(join(folder, 'owner'), 'another 1');
  const then = Date.now() / 1000 - seconds;
  utimesSync(folder, then, then);
}

/** What is left next to the lock. */
const leftBy = (path: string): string[] => readdirSync(dirname(path));

describe('lockPath', () => {
  it('is the same for every spelling of a group', () => {
    const at = (name: string): string => lockPath('/s', 'https://a.example/', foldName(name));
    expect(at('developers')).toBe(at('DEVELOPERS'));
    expect(at('Zo\u00eb')).toBe(at('zoe\u0308'));
    expect(at('Developers')).not.toBe(at('Developers2'));
    expect(at('Straße')).not.toBe(at('STRASSE'));
  });

  it('differs between servers', () => {
    const at = (server: string): string => lockPath('/s', server, 'G');
    expect(at('https://a.example/')).not.toBe(at('https://b.example/'));
    expect(at('https://a.example/')).not.toBe(at('https://a.example/proget/'));
    expect(at('sandbox')).not.toBe(at('sandbox:infisical'));
    expect(lockPath('/s', 'a', 'b\nc')).toMatch(/^\/s.locks.[0-9a-f]{64}$/);
  });
});

describe('takeLock', () => {
  it('keeps a second process out until the first releases the lock', async () => {
    const path = newPath();
    const order: string[] = [];
    const first = await takeLock(path, 'G', lockOptions());
    let released = false;
    const clock = clockOf(() => {
      if (released) return;
      released = true;
      order.push('released');
      void first.release();
    });
    const second = await takeLock(path, 'G', lockOptions({ clock }));
    order.push('taken');
    expect(order).toEqual(['released', 'taken']);
    expect(first.isHeld()).toBe(false);
    expect(second.isHeld()).toBe(true);
    await first.release();
    expect(second.isHeld()).toBe(true);
    await second.release();
    expect(leftBy(path)).toEqual([]);
  });

  it('takes the lock of a process that is gone at once, and no other', async () => {
    const path = newPath();
    const killed = await takeLock(path, 'G', lockOptions({ processes: processesOf('here 1', []) }));
    const late = lockOptions({
      processes: processesOf('here 2', ['here 1']),
      remaining: () => 50,
    });
    await expect(takeLock(path, 'G', late)).rejects.toMatchObject({ code: 'locked' });
    const clock = clockOf();
    const processes = processesOf('here 3', []);
    const next = await takeLock(path, 'G', lockOptions({ clock, processes }));
    expect(clock.slept).toBe(0);
    expect(killed.isHeld()).toBe(false);
    expect(next.isHeld()).toBe(true);
    await next.release();

    const unknown = await takeLock(path, 'G', lockOptions());
    const options = lockOptions({ processes: processesOf('here 4', []), remaining: () => 50 });
    await expect(takeLock(path, 'G', options)).rejects.toMatchObject({ code: 'locked' });
    await unknown.release();
  });

  it('waits for a minute, and then names the folder of the lock', async () => {
    const path = newPath();
    const first = await takeLock(path, 'G', lockOptions());
    const clock = clockOf();
    const reports: string[] = [];
    const report: LockOptions['report'] = (message, to) => void reports.push(`${to}: ${message}`);
    await expect(
      takeLock(path, 'Developers', lockOptions({ clock, report })),
    ).rejects.toMatchObject({
      kind: 'safety',
      exitCode: 8,
      code: 'locked',
      message: expect.stringMatching(
        /^Another groupctl \(since \S+Z\) has been changing "Developers" for a minute\.$/,
      ) as string,
      nothingWritten: true,
      hint: `Try again when it has finished. If no groupctl is running, remove ${path}.lock`,
    });
    expect(clock.slept).toBeGreaterThanOrEqual(60_000);
    expect(clock.slept).toBeLessThan(60_100);
    expect(reports).toEqual([
      expect.stringMatching(/^people: Waiting up to 60 s for another groupctl \(since \S+Z\) that/),
      expect.stringMatching(/^scripts: Waiting .* that is changing "Developers"\.$/),
    ]);
    expect(first.isHeld()).toBe(true);
    await first.release();
  });

  it('names the process that has it, and the wait that --deadline allows', async () => {
    const path = newPath();
    const first = await takeLock(
      path,
      'G',
      lockOptions({ processes: processesOf('here 4711', []) }),
    );
    const clock = clockOf();
    const reports: string[] = [];
    const report: LockOptions['report'] = (message) => void reports.push(message);
    const options = lockOptions({ clock, report, remaining: () => 2500 });
    await expect(takeLock(path, 'G', options)).rejects.toMatchObject({ code: 'locked' });
    expect(reports).toEqual([
      expect.stringMatching(
        /^Waiting up to 3 s for another groupctl \(process 4711, since \S+Z\) that/,
      ),
    ]);
    await first.release();
  });

  it('ends its wait on an interrupt', async () => {
    const path = newPath();
    const first = await takeLock(path, 'G', lockOptions());
    const stop = new AbortController();
    const clock = clockOf(() => stop.abort());
    await expect(
      takeLock(path, 'G', lockOptions({ clock, signal: stop.signal })),
    ).rejects.toMatchObject({ exitCode: 130 });
    await first.release();
  });

  it('takes a lock over after 10 seconds without a heartbeat', async () => {
    const path = newPath();
    foreignLock(path, 8);
    let looks = 0;
    const clock = clockOf(() => {
      if (++looks === 3) foreignLock(path, 11);
    });
    const lock = await takeLock(path, 'G', lockOptions({ clock }));
    expect(looks).toBe(3);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
    expect(leftBy(path)).toEqual([]);
  });

  it('takes a lock dated in the future over when no heartbeat comes for 10 seconds', async () => {
    const path = newPath();
    foreignLock(path, -3600);
    const clock = clockOf();
    const lock = await takeLock(path, 'G', lockOptions({ clock }));
    expect(clock.slept).toBeGreaterThan(10_000);
    expect(clock.slept).toBeLessThan(11_000);
    await lock.release();
  });

  it('leaves a lock dated in the future to a process that sends heartbeats', async () => {
    const path = newPath();
    foreignLock(path, -3600);
    let beats = 0;
    const clock = clockOf(() => foreignLock(path, -3600 - ++beats));
    await expect(takeLock(path, 'G', lockOptions({ clock }))).rejects.toMatchObject({
      code: 'locked',
    });
  });

  it('knows that it was lost, and leaves the lock to its new owner', async () => {
    const path = newPath();
    const lock = await takeLock(path, 'G', lockOptions());
    rmSync(`${path}.lock`, { recursive: true });
    expect(lock.isHeld()).toBe(false);
    foreignLock(path, 0);
    expect(lock.isHeld()).toBe(false);
    await lock.release();
    expect(readFileSync(join(`${path}.lock`, 'owner'), 'utf8')).toBe('another 1');
  });

  it('does not follow a symbolic link in place of the owner', async () => {
    const path = newPath();
    const target = join(temporaryFolder(), 'precious');
    writeFileSync(target, 'here 1');
    mkdirSync(`${path}.lock`, { recursive: true });
    symlinkSync(target, join(`${path}.lock`, 'owner'));
    const options = lockOptions({ processes: processesOf('here 2', []), remaining: () => 50 });
    // The target names a process that is gone; it is not asked.
    await expect(takeLock(path, 'G', options)).rejects.toMatchObject({ code: 'locked' });
    foreignLock(path, 11);
    const lock = await takeLock(path, 'G', lockOptions());
    await lock.release();
    expect(readFileSync(target, 'utf8')).toBe('here 1');
  });

  it('reports a folder that takes no locks as a matter of configuration', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const path = lockPath(join(folder, 'file'), 'https://a.example/', 'G');
    await expect(takeLock(path, 'G', lockOptions())).rejects.toMatchObject({
      kind: 'config',
      code: 'state-not-writable',
    });
  });
});

describe('removeAbandoned', () => {
  it('removes the lock that was seen', () => {
    const path = newPath();
    foreignLock(path, 11);
    const seen = readLock(`${path}.lock`);
    expect(removeAbandoned(`${path}.lock`, seen ?? never())).toBe(true);
    expect(leftBy(path)).toEqual([]);
  });

  it('puts a lock back that has changed hands since it was seen', async () => {
    const path = newPath();
    foreignLock(path, 11);
    const seen = readLock(`${path}.lock`) ?? never();
    // Another process takes it over in between, and has it now.
    const lock = await takeLock(path, 'G', lockOptions());
    expect(removeAbandoned(`${path}.lock`, seen)).toBe(false);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
    expect(leftBy(path)).toEqual([]);
  });

  it('puts a lock back whose owner has sent a heartbeat since', () => {
    const path = newPath();
    foreignLock(path, 11);
    const seen = readLock(`${path}.lock`) ?? never();
    foreignLock(path, 0);
    expect(removeAbandoned(`${path}.lock`, seen)).toBe(false);
    expect(readLock(`${path}.lock`)?.owner).toBe('another 1');
  });

  it('gives way to a process that was faster', () => {
    const path = newPath();
    foreignLock(path, 11);
    const seen = readLock(`${path}.lock`) ?? never();
    renameSync(`${path}.lock`, `${path}.lock.other`);
    expect(removeAbandoned(`${path}.lock`, seen)).toBe(false);
    expect(leftBy(path)).toHaveLength(1);
  });
});

function never(): never {
  throw new Error('there is no lock');
}

/** The file system of a machine where a call fails. */
describe('a file system that refuses', () => {
  const failing = (call: 'mkdirSync' | 'unlinkSync' | 'rmdirSync', times: number): void => {
    let left = times;
    vi.doMock('node:fs', async (original) => {
      const real = await original<typeof fs>();
      const refuse = (...args: unknown[]): unknown => {
        const isLock = String(args[0]).includes('.lock');
        if (isLock && left-- > 0) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
        return (real[call] as (...args: unknown[]) => unknown)(...args);
      };
      return { ...real, [call]: refuse };
    });
    vi.resetModules();
    onTestFinished(() => {
      vi.doUnmock('node:fs');
      vi.resetModules();
    });
  };

  it('means "locked" while a folder is being removed on Windows', async () => {
    failing('mkdirSync', 5);
    const path = newPath();
    const { takeLock: take } = await import('../../../src/state/lock/lock.ts');
    const clock = clockOf();
    const lock = await take(path, 'G', lockOptions({ clock }));
    expect(clock.slept).toBe(5 * 30);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
  });

  it.each(['unlinkSync', 'rmdirSync'] as const)(
    'does not make release throw (%s)',
    async (call) => {
      failing(call, 1);
      const path = newPath();
      const { takeLock: take } = await import('../../../src/state/lock/lock.ts');
      const lock = await take(path, 'G', lockOptions({ processes: processesOf('here 1', []) }));
      await expect(lock.release()).resolves.toBeUndefined();
      // What is left over is taken over from a process that is gone, or has no heartbeat.
      const processes = processesOf('here 2', []);
      const clock = clockOf(() => foreignLock(path, 11));
      const next = await take(path, 'G', lockOptions({ clock, processes }));
      expect(next.isHeld()).toBe(true);
      await next.release();
    },
  );
});
