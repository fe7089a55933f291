import { describe, expect, inject, it } from 'vitest';
import { fileStore } from '../../src/state/file-store.ts';
import type { HeldLock } from '../../src/state/lock/held-lock.ts';
import type { MarkedWrite } from '../../src/state/lock/in-flight.ts';
import type { LockOptions } from '../../src/state/lock/options.ts';
import type { Store } from '../../src/state/store.ts';
import { temporaryFolder } from '../helpers/cli.ts';
import { testStore } from '../helpers/postgres.ts';
import { openStore } from './postgres/stage.ts';
import { clock, KEY, lockGroup, openJournal } from './stage.ts';

/** What both stores promise, in real time: the limits here are short. */

const LIMIT_MS = 1500;
const LIST: MarkedWrite = { list: 'fingerprint' };
const NEVER = (): Promise<boolean> => Promise.resolve(false);

/** A process that uses the store: the name of the group it locks, and its journal. */
interface Machine {
  readonly reports: string[];
  lock(more?: Partial<LockOptions>): Promise<HeldLock>;
  /** Records the intent of a write and marks it, as a run does. */
  send(held: HeldLock, write?: MarkedWrite): Promise<ReturnType<HeldLock['mark']>>;
}

async function machine(store: Store): Promise<Machine> {
  const reports: string[] = [];
  const marks = store.ownMarks(KEY, { clock, limitMs: LIMIT_MS, run: () => undefined });
  const journal = await openJournal(store);
  return {
    reports,
    lock: (more) =>
      lockGroup(store, { report: (message) => void reports.push(message), marks, ...more }),
    send: async (held, write = LIST) => {
      await journal.intent({ call: 'POST groups/update', write }, Date.now());
      return held.mark(write);
    },
  };
}

/** Opens the same store as another machine of the team, or another process of this one. */
type Opener = () => Store;

const shared = inject('postgres');
const STORES: readonly (readonly [string, (() => Promise<Opener>) | undefined])[] = [
  [
    'files',
    async () => {
      const folder = temporaryFolder();
      return () => fileStore(folder);
    },
  ],
  [
    shared === null ? 'PostgreSQL (not installed: apt-get install postgresql)' : 'PostgreSQL',
    shared === null
      ? undefined
      : async () => {
          const { url } = testStore(shared.port);
          await openStore(url).admin.init();
          return () => openStore(url);
        },
  ],
];

describe.each(STORES)('a store of %s', (_, begin) => {
  const test = it.skipIf(begin === undefined);
  const opener = async (): Promise<Opener> => {
    if (begin === undefined) throw new Error('no store');
    return await begin();
  };
  /** One machine that has the lock, and another one. */
  const twoMachines = async () => {
    const open = await opener();
    const [one, other] = [await machine(open()), await machine(open())];
    return { open, one, other, held: await one.lock() };
  };

  test('gives a lock to one at a time, and at once when it is released', async () => {
    const { other, held } = await twoMachines();
    let isTaken = false;
    const waiting = other.lock().then((lock) => {
      isTaken = true;
      return lock;
    });
    await clock.sleep(400);
    expect(isTaken).toBe(false);
    expect(held.isHeld()).toBe(true);
    const from = Date.now();
    await held.release();
    const next = await waiting;
    expect(Date.now() - from).toBeLessThan(1000);
    expect(held.isHeld()).toBe(false);
    expect(next.isHeld()).toBe(true);
    await next.release();
  });

  test('keeps the organization of a run, in its record and in the list', async () => {
    const store = (await opener())();
    const organizationSlug = 'branch';
    const journal = await openJournal(store, [], true, { organizationSlug });
    await journal.end({ exit: 0 }, Date.now());
    expect(await store.runs.read(journal.run ?? '')).toMatchObject({ organizationSlug });
    expect(await store.runs.list()).toMatchObject([{ organizationSlug }]);
  });

  test('says who is waited for after a second, and gives up when --deadline is over', async () => {
    const { other, held } = await twoMachines();
    const from = Date.now();
    const remaining = (): number => Math.max(0, 1500 - (Date.now() - from));
    await expect(other.lock({ remaining })).rejects.toMatchObject({
      code: 'locked',
      exitCode: 8,
      nothingWritten: true,
    });
    expect(other.reports).toEqual([
      expect.stringMatching(/^Waiting up to \d+ s for another groupctl.* that is changing "QA"\.$/),
    ]);
    await held.release();
  });

  test('ends the wait for a lock on an interrupt', async () => {
    const { other, held } = await twoMachines();
    const stop = new AbortController();
    const interruptible: LockOptions['clock'] = {
      ...clock,
      sleep: (ms, signal) => clock.sleep(ms).then(() => signal?.throwIfAborted()),
    };
    const waiting = other.lock({ signal: stop.signal, clock: interruptible });
    setTimeout(() => stop.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ exitCode: 130 });
    await held.release();
  });

  test('keeps the mark of a write without an answer over the release, until its limit', async () => {
    const { one, other, held } = await twoMachines();
    await one.send(held);
    const from = Date.now();
    await held.release();
    const next = await other.lock();
    expect(await next.awaitWrites(() => true, NEVER)).toBe(true);
    expect(Date.now() - from).toBeGreaterThanOrEqual(LIMIT_MS - 100);
    expect(Date.now() - from).toBeLessThan(LIMIT_MS + 1500);
    expect(other.reports.at(-1)).toMatch(
      /^Waiting up to 2 s: run [0-9A-Z]{26} sent|^Waiting up to 2 s: an earlier run sent/,
    );
    expect(next.isHeld()).toBe(true);
    await next.release();
  });

  test('has no mark of a write that was answered, or that never left', async () => {
    const { one, other, held } = await twoMachines();
    (await one.send(held)).answered();
    (await one.send(held)).neverLeft();
    await held.release();
    const next = await other.lock();
    expect(await next.awaitWrites(() => true, NEVER)).toBe(false);
    await next.release();
  });

  test('ends the wait for a list that was sent once as soon as it is there', async () => {
    const { open, one, other, held } = await twoMachines();
    await one.send(held);
    await held.release();
    const next = await other.lock();
    const from = Date.now();
    const asked: MarkedWrite[] = [];
    const landed = async (write: MarkedWrite): Promise<boolean> => asked.push(write) > 1;
    expect(await next.awaitWrites(() => true, landed)).toBe(true);
    expect(Date.now() - from).toBeLessThan(LIMIT_MS - 300);
    expect(asked).toEqual([LIST, LIST]);
    await next.release();
    const third = await (await machine(open())).lock();
    expect(await third.awaitWrites(() => true, NEVER)).toBe(false);
    await third.release();
  });

  test('waits in full for a list that was sent twice, whatever is there', async () => {
    const { one, other, held } = await twoMachines();
    await one.send(held);
    await one.send(held);
    const from = Date.now();
    await held.release();
    const next = await other.lock();
    await next.awaitWrites(
      () => true,
      () => Promise.resolve(true),
    );
    expect(Date.now() - from).toBeGreaterThanOrEqual(LIMIT_MS - 100);
    await next.release();
  });

  test('has marks of single members, which concern only some runs and stay for others', async () => {
    const { open, one, other, held } = await twoMachines();
    const mark: MarkedWrite = { op: 'add', member: 'key' };
    await one.send(held, mark);
    await held.release();
    const next = await other.lock();
    const asked: MarkedWrite[] = [];
    expect(await next.awaitWrites((write) => asked.push(write) < 0, NEVER)).toBe(false);
    expect(asked).toEqual([mark]);
    // A run in between sends something else, and is answered.
    (await other.send(next, { op: 'remove', member: 'other' })).answered();
    await next.release();
    const third = await (await machine(open())).lock();
    expect(await third.awaitWrites(() => true, NEVER)).toBe(true);
    await third.release();
  });

  test('does not let a run wait for its own writes', async () => {
    const open = await opener();
    const one = await machine(open());
    const held = await one.lock();
    await one.send(held);
    await held.release();
    const again = await one.lock();
    expect(await again.awaitWrites(() => true, NEVER)).toBe(false);
    await again.release();
  });

  test('ends the wait for a write with exit 8 when --deadline is over', async () => {
    const { one, other, held } = await twoMachines();
    await one.send(held);
    await held.release();
    const from = Date.now();
    const next = await other.lock({ remaining: () => Math.max(0, 600 - (Date.now() - from)) });
    await expect(next.awaitWrites(() => true, NEVER)).rejects.toMatchObject({
      code: 'write-in-flight',
      exitCode: 8,
    });
    expect(other.reports.at(-1)).toContain('Waiting up to 1 s: ');
    await next.release();
  });

  test('names the groups of a server that a write may still change', async () => {
    const open = await opener();
    const [one, other] = [await machine(open()), open()];
    expect((await other.markedGroups(KEY.server, { clock })).any).toBe(false);
    const held = await one.lock();
    await one.send(held);
    await held.release();
    const marks = other.ownMarks(KEY, { clock, limitMs: LIMIT_MS, run: () => undefined });
    const marked = await other.markedGroups(KEY.server, { clock });
    expect([marked.any, marked.has('QA', marks), marked.has('OTHER', marks)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('has the runs newest first, each with what was recorded of it', async () => {
    const open = await opener();
    const store = open();
    const rows = ['a', 'b'].map((member, index) => ({
      op: 'add' as const,
      type: 'user' as const,
      member,
      requested: member,
      index,
    }));
    const ids: (string | undefined)[] = [];
    for (const outcome of ['added', 'failed'] as const) {
      const now = Date.now();
      const journal = await openJournal(store, rows);
      ids.unshift(journal.run);
      await journal.intent({ call: 'POST x', changes: rows, before: ['\u0000 "z" \\ ö 🙂'] }, now);
      journal.answered({ outcome: 'done' }, now);
      journal.outcomes(
        rows.map((row) => ({ ...row, outcome, verified: true })),
        now,
      );
      await journal.end({ exit: 0 }, now);
      expect(journal.failure).toBeUndefined();
    }
    const { runs } = open();
    expect(await runs.ids()).toEqual(ids);
    expect(await runs.list(1)).toMatchObject([
      { run: ids[0], state: 'finished', command: 'c', by: '1.2.3', end: { exit: 0 } },
    ]);
    expect(await runs.read('latest')).toMatchObject({
      run: ids[0],
      cutShort: false,
      calls: [{ call: 'POST x', before: ['\u0000 "z" \\ ö 🙂'], outcome: 'done' }],
      rows: [{ state: 'not-done' }, { state: 'not-done' }],
      end: { exit: 0 },
    });
    expect(await runs.read(ids[1] ?? '')).toMatchObject({
      rows: [{ state: 'done' }, { state: 'done' }],
    });
    expect(await runs.list()).toHaveLength(2);
    await expect(runs.read('7ZZZZ')).rejects.toMatchObject({ code: 'no-such-run', exitCode: 4 });
    const size = await runs.sizeOf(ids[0] ?? '');
    expect(await runs.sizeOf(ids[0] ?? '')).toBe(size);
    expect(await runs.prune(3_600_000, Date.now(), { dryRun: false })).toMatchObject({
      pruned: [],
      kept: 2,
    });
  });

  test('shows a run without an end as unfinished', async () => {
    const open = await opener();
    const store = open();
    const journal = await openJournal(store);
    await journal.intent({ call: 'POST x' }, Date.now());
    expect(await open().runs.list()).toMatchObject([{ run: journal.run, state: 'unfinished' }]);
  });
});
