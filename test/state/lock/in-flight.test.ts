import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MarkedWrite, OwnMarks, type Uptime } from '../../../src/state/lock/in-flight.ts';
import { lockPath, takeLock } from '../../../src/state/lock/lock.ts';
import type { LockOptions } from '../../../src/state/lock/options.ts';
import type { HasLanded } from '../../../src/state/lock/wait-for-writes.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { clockOf, lockOptions, processesOf } from './stage.ts';

const LIMIT_MS = 105_000;
const LIST = { list: 'fingerprint' };

function newPath(): string {
  return lockPath(temporaryFolder(), 'https://a.example/', 'DEVELOPERS');
}

interface Sender {
  readonly path: string;
  readonly writes?: readonly MarkedWrite[];
  /** The clock of the sender is so far ahead of the other's. */
  readonly aheadMs?: number;
  readonly uptime?: Uptime;
  readonly run?: string;
}

/** A run that was killed with these writes under way. */
async function killedWith({
  path,
  writes = [LIST],
  aheadMs = 0,
  uptime,
  run,
}: Sender): Promise<void> {
  const clock = clockOf();
  clock.time += aheadMs;
  const marks = new OwnMarks(path, { clock, uptime, limitMs: LIMIT_MS, run: () => run });
  const lock = await takeLock(path, 'G', lockOptions({ clock, marks }));
  for (const write of writes) lock.mark(write);
  await lock.release();
}

interface Waiter extends Partial<LockOptions> {
  readonly path: string;
  readonly isRelevant?: (write: MarkedWrite) => boolean;
  readonly hasLanded?: HasLanded;
}

/** How long the next run waits, milliseconds, and what it reports. */
async function nextRun({ path, isRelevant = () => true, hasLanded, ...options }: Waiter) {
  const clock = clockOf();
  const marks = new OwnMarks(path, { clock, limitMs: LIMIT_MS, run: () => undefined });
  const reports: string[] = [];
  const report: LockOptions['report'] = (message, to) => void reports.push(`${to}: ${message}`);
  const lock = await takeLock(path, 'QA', lockOptions({ clock, marks, report, ...options }));
  try {
    const waited = await lock.awaitWrites(isRelevant, hasLanded ?? (() => Promise.resolve(false)));
    const slept = options.clock === undefined ? clock.slept : (options.clock as typeof clock).slept;
    return { waited, slept, reports };
  } finally {
    await lock.release();
  }
}

const files = (path: string): string[] =>
  readdirSync(dirname(path)).filter((name) => name.includes('.in-flight.'));

describe('a write without an answer', () => {
  it('is waited for until its limit is over, and its mark is removed then', async () => {
    const path = newPath();
    await killedWith({ path, run: '01JABC' });
    expect(await nextRun({ path })).toEqual({
      waited: true,
      slept: LIMIT_MS,
      reports: [
        'all: Waiting up to 105 s: run 01JABC sent a change of "QA" that may still take effect.',
      ],
    });
    expect(files(path)).toEqual([]);
  });

  it('is not waited for when its limit was over before', async () => {
    const path = newPath();
    await killedWith({ path, aheadMs: -LIMIT_MS });
    expect(await nextRun({ path })).toMatchObject({ waited: false, slept: 0 });
    expect(files(path)).toEqual([]);
  });

  it('is named without a run where there is no journal', async () => {
    const path = newPath();
    await killedWith({ path });
    const { reports } = await nextRun({ path });
    expect(reports[0]).toBe(
      'all: Waiting up to 105 s: an earlier run sent a change of "QA" that may still take effect.',
    );
  });

  it('is reported to people only when the wait is short', async () => {
    const path = newPath();
    await killedWith({ path, aheadMs: -96_000 });
    const { slept, reports } = await nextRun({ path });
    expect(slept).toBe(9_000);
    expect(reports).toEqual([expect.stringMatching(/^people: Waiting up to 9 s: /)]);
  });

  it('ends the wait early when a read shows the whole list that was sent', async () => {
    const path = newPath();
    await killedWith({ path });
    const seen: MarkedWrite[] = [];
    const hasLanded: HasLanded = (write) => {
      seen.push(write);
      return Promise.resolve(seen.length === 3);
    };
    expect(await nextRun({ path, hasLanded })).toMatchObject({ waited: true, slept: 250 + 500 });
    expect(seen).toEqual([LIST, LIST, LIST]);
    // The group may have changed since: the next run does not wait for it.
    expect(await nextRun({ path })).toMatchObject({ waited: false, slept: 0 });
    expect(files(path)).toEqual([]);
  });

  it('is waited for in full after a second send, whatever the list shows', async () => {
    const path = newPath();
    await killedWith({ path, writes: [LIST, LIST] });
    const hasLanded: HasLanded = () => Promise.resolve(true);
    expect(await nextRun({ path, hasLanded })).toMatchObject({ slept: LIMIT_MS });
  });

  it('is waited for in full when the first of two sends is the one without an answer', async () => {
    const path = newPath();
    const clock = clockOf();
    const marks = new OwnMarks(path, { clock, limitMs: LIMIT_MS, run: () => undefined });
    const lock = await takeLock(path, 'G', lockOptions({ clock, marks }));
    lock.mark(LIST);
    clock.time += 20_000;
    lock.mark(LIST).answered();
    await lock.release();
    const later = clockOf();
    later.time += 20_000;
    const hasLanded: HasLanded = () => Promise.resolve(true);
    expect(await nextRun({ path, clock: later, hasLanded })).toMatchObject({ slept: 85_000 });
  });

  it('is waited for in full when the list cannot be read', async () => {
    const path = newPath();
    await killedWith({ path });
    const hasLanded: HasLanded = () => Promise.reject(new Error('no connection'));
    expect(await nextRun({ path, hasLanded })).toMatchObject({ slept: LIMIT_MS });
  });

  it('of a run is not waited for by that run', async () => {
    const path = newPath();
    const clock = clockOf();
    const marks = new OwnMarks(path, { clock, limitMs: LIMIT_MS, run: () => undefined });
    const first = await takeLock(path, 'G', lockOptions({ clock, marks }));
    first.mark(LIST);
    await first.release();
    const again = await takeLock(path, 'G', lockOptions({ clock, marks }));
    await again.awaitWrites(
      () => true,
      () => Promise.resolve(false),
    );
    expect(clock.slept).toBe(0);
    await again.release();
  });

  it('of one member isRelevant only who asks for it', async () => {
    const path = newPath();
    const mark = { op: 'add', member: 'key' } as const;
    await killedWith({ path, writes: [mark] });
    const asked: MarkedWrite[] = [];
    const isRelevant = (write: MarkedWrite): boolean => {
      asked.push(write);
      return false;
    };
    expect(await nextRun({ path, isRelevant })).toMatchObject({ waited: false, slept: 0 });
    expect(asked).toEqual([mark]);
  });

  it('ends the wait of --deadline with exit 8 and nothing written', async () => {
    const path = newPath();
    await killedWith({ path, run: '01JABC' });
    const clock = clockOf();
    const remaining = (): number => Math.max(0, 30_000 - clock.slept);
    await expect(nextRun({ path, clock, remaining })).rejects.toMatchObject({
      exitCode: 8,
      code: 'write-in-flight',
      message: 'Run 01JABC sent a change of "QA" that may take effect for another 75 s.',
      nothingWritten: true,
      hint: 'Run the same command again after that time, or with a longer --deadline.',
      details: { seconds: 75, run: '01JABC' },
    });
    expect(clock.slept).toBe(30_000);
  });

  it('ends its wait on an interrupt', async () => {
    const path = newPath();
    await killedWith({ path });
    const stop = new AbortController();
    const clock = clockOf(() => stop.abort());
    await expect(nextRun({ path, clock, signal: stop.signal })).rejects.toMatchObject({
      exitCode: 130,
    });
  });
});

describe('a lock with a write in flight', () => {
  it('is waited for until 5 seconds after the end of the mark', async () => {
    const path = newPath();
    await killedWith({ path });
    const holder = await takeLock(path, 'G', lockOptions());
    const clock = clockOf();
    await expect(nextRun({ path, clock })).rejects.toMatchObject({ code: 'locked' });
    expect(clock.slept).toBeGreaterThanOrEqual(LIMIT_MS + 5_000);
    expect(clock.slept).toBeLessThan(LIMIT_MS + 5_100);
    await holder.release();
  });

  it('is write-in-flight when --deadline ends the wait', async () => {
    const path = newPath();
    await killedWith({ path });
    const holder = await takeLock(path, 'G', lockOptions());
    await expect(nextRun({ path, remaining: () => 1000 })).rejects.toMatchObject({
      exitCode: 8,
      code: 'write-in-flight',
    });
    await holder.release();
  });
});

describe('a mark and the clock', () => {
  const HOUR = 3_600_000;
  const up = (ms: number, boot = 'b1', host = 'here'): Uptime => ({ host, boot, ms: () => ms });
  const next = (path: string, uptime: Uptime, laterMs = 0) => {
    const clock = clockOf();
    clock.time += laterMs;
    return nextRun({ path, clock, processes: { ...processesOf('here 2', []), ...uptime } });
  };

  it.each([-HOUR, HOUR])('is waited for in full by a clock that is %i ms off', async (aheadMs) => {
    const path = newPath();
    await killedWith({ path, aheadMs, uptime: up(50_000) });
    expect(await next(path, up(50_000))).toMatchObject({ slept: LIMIT_MS });
  });

  it('counts the time since it was sent', async () => {
    const path = newPath();
    await killedWith({ path, uptime: up(50_000) });
    expect(await next(path, up(90_000), 40_000)).toMatchObject({ slept: LIMIT_MS - 40_000 });
  });

  it('goes by the uptime where the clock was set ahead', async () => {
    const path = newPath();
    await killedWith({ path, uptime: up(50_000) });
    expect(await next(path, up(90_000), HOUR)).toMatchObject({ slept: LIMIT_MS - 40_000 });
  });

  it('counts from the restart of the machine where the clock was set ahead by it', async () => {
    const path = newPath();
    await killedWith({ path, uptime: up(50_000_000) });
    expect(await next(path, up(30_000, 'b2'), HOUR)).toMatchObject({ slept: LIMIT_MS - 30_000 });
  });

  it('goes by the clock where the uptime runs backwards without a restart', async () => {
    const path = newPath();
    await killedWith({ path, uptime: up(50_000_000) });
    expect(await next(path, up(30_000), 20_000)).toMatchObject({ slept: LIMIT_MS - 20_000 });
  });

  it('goes by the clock on another machine, and counts in full if it lies in the future', async () => {
    const path = newPath();
    await killedWith({ path, uptime: up(50_000, 'b0', 'there') });
    expect(await next(path, up(90_000), 40_000)).toMatchObject({ slept: LIMIT_MS - 40_000 });
    const other = newPath();
    await killedWith({ path: other, uptime: up(50_000, 'b0', 'there'), aheadMs: HOUR });
    expect(await next(other, up(90_000))).toMatchObject({ slept: LIMIT_MS });
  });
});

describe('OwnMarks', () => {
  const open = (path: string): OwnMarks =>
    new OwnMarks(path, { clock: clockOf(), limitMs: LIMIT_MS, run: () => '01JABC' });

  it('leaves no file when every write was answered', async () => {
    const path = newPath();
    const marks = open(path);
    const lock = await takeLock(path, 'G', lockOptions({ marks }));
    const first = lock.mark(LIST);
    expect(files(path)).toHaveLength(1);
    first.answered();
    first.answered();
    const second = lock.mark(LIST);
    second.neverLeft();
    lock.mark(LIST).landed();
    await lock.release();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('keeps the marks of single members apart, and reuses their room', async () => {
    const path = newPath();
    const marks = open(path);
    const lock = await takeLock(path, 'G', lockOptions({ marks }));
    const [a, b] = ['a', 'b'].map((member) => lock.mark({ op: 'add', member }));
    b?.answered();
    lock.mark({ op: 'remove', member: 'c' });
    const [file = ''] = files(path);
    const text = readFileSync(join(dirname(path), file), 'utf8');
    expect(text.split('\n').filter((line) => line.trim() !== '')).toHaveLength(2);
    const told: MarkedWrite[] = [];
    await lock.release();
    await nextRun({ path, isRelevant: (write) => told.push(write) === 0 });
    expect(told).toEqual([
      { op: 'add', member: 'a' },
      { op: 'remove', member: 'c' },
    ]);
    a?.answered();
  });

  it('does not let a write go out that cannot be marked', async () => {
    const path = newPath();
    const marks = open(path);
    const lock = await takeLock(path, 'G', lockOptions({ marks }));
    mkdirSync(`${path}.in-flight.${marks.id}`);
    expect(() => lock.mark(LIST)).toThrow(
      expect.objectContaining({ code: 'state-not-writable' }) as Error,
    );
    await lock.release();
  });

  it('marks a second write after another run has removed the mark of the first', async () => {
    const path = newPath();
    const clock = clockOf();
    const marks = new OwnMarks(path, { clock, limitMs: LIMIT_MS, run: () => '01JABC' });
    const first = await takeLock(path, 'G', lockOptions({ clock, marks }));
    first.mark(LIST);
    await first.release();
    // Another run waits for it in between, and removes it when its time is over.
    expect(await nextRun({ path })).toMatchObject({ slept: LIMIT_MS });
    expect(files(path)).toEqual([]);
    clock.time += LIMIT_MS;
    const again = await takeLock(path, 'G', lockOptions({ clock, marks }));
    again.mark(LIST);
    await again.release();
    const later = clockOf();
    later.time = clock.time;
    expect(await nextRun({ path, clock: later })).toMatchObject({ waited: true, slept: LIMIT_MS });
  });
});

describe('a mark file that is damaged', () => {
  const damaged = (path: string, make: (file: string) => void): void => {
    mkdirSync(dirname(path), { recursive: true });
    make(`${path}.in-flight.x`);
  };

  it('counts as a write that was sent when the file was written last', async () => {
    const path = newPath();
    damaged(path, (file) => writeFileSync(file, '{"at":17'));
    const clock = clockOf();
    clock.time = Date.now();
    const { waited, slept } = await nextRun({ path, clock, hasLanded: async () => true });
    expect(waited).toBe(true);
    expect(slept).toBeGreaterThan(LIMIT_MS - 60_000);
    expect(slept).toBeLessThanOrEqual(LIMIT_MS);
  });

  it('with a limit of no sense ends within a day', async () => {
    const path = newPath();
    const record = { at: clockOf().time, limit: 1e300, sends: 1, list: 'x' };
    damaged(path, (file) => writeFileSync(file, JSON.stringify(record)));
    expect(await nextRun({ path })).toMatchObject({ slept: 86_400_000 });
  });

  it.each<[string, (file: string) => void]>([
    ['empty', (file) => writeFileSync(file, '')],
    ['a folder', (file) => mkdirSync(file)],
    ['a link to nowhere', (file) => symlinkSync('/nowhere', file)],
    ['a pipe that nobody writes to', (file) => void execFileSync('mkfifo', [file])],
  ])('holds up no run: %s', async (_, make) => {
    const path = newPath();
    damaged(path, make);
    expect(await nextRun({ path })).toMatchObject({ waited: false, slept: 0 });
  });
});
