import { expect, it } from 'vitest';
import type { HeldLock } from '../../../src/state/lock/held-lock.ts';
import type { MarkedWrite, OwnMarks } from '../../../src/state/lock/in-flight.ts';
import type { PostgresStore } from '../../../src/state/postgres/store.ts';
import type { Journal } from '../../../src/state/store.ts';
import { describeWithPostgres, Relay, testStore, type TestStore } from '../../helpers/postgres.ts';
import { clock, KEY, lockGroup, openJournal } from '../stage.ts';
import { openStore } from './stage.ts';

const LIMIT_MS = 105_000;
const WRITE: MarkedWrite = { list: 'fingerprint' };
const CALL = 'POST groups/update';

/** A run that has the lock of QA and a journal. */
async function holder(
  store: PostgresStore,
  keep = true,
): Promise<{ held: HeldLock; journal: Journal; marks: OwnMarks }> {
  const marks = store.ownMarks(KEY, { clock, limitMs: LIMIT_MS, run: () => undefined });
  const held = await lockGroup(store, { marks });
  const journal = await openJournal(store, [], keep);
  return { held, journal, marks };
}

async function begin(port: number, via = port): Promise<TestStore> {
  const store = testStore(port, via);
  await openStore(store.url.replace(`:${via}/`, `:${port}/`)).admin.init();
  return store;
}

const bodies = async ({ sql, schema }: TestStore): Promise<string[]> =>
  (await sql.unsafe<{ body: string }[]>(`select body from ${schema}.line order by run, n`)).map(
    ({ body }) => (JSON.parse(body) as { t: string }).t,
  );

async function lockRow({ sql, schema }: TestStore): Promise<Record<string, unknown>> {
  const [row] = await sql.unsafe<Record<string, unknown>[]>(
    `select holder, token, in_flight is not null as marked, in_flight_until > clock_timestamp() as ahead from ${schema}.lock`,
  );
  return row ?? {};
}

describeWithPostgres('intents in a shared store', ({ port }) => {
  it('are stored with the plan, renew the lease and mark the write, in one statement', async () => {
    const test = await begin(port);
    const { held, journal } = await holder(openStore(test.url));
    await test.sql.unsafe(
      `update ${test.schema}.lock set expires_at = expires_at - interval '10 s'`,
    );
    expect(await bodies(test)).toEqual([]);
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    const [row] = await test.sql.unsafe(
      `select extract(epoch from expires_at - clock_timestamp())::int as lease,
        extract(epoch from in_flight_until - clock_timestamp())::int as mark, run from ${test.schema}.lock`,
    );
    expect(row?.['lease']).toBeGreaterThanOrEqual(13);
    expect(row?.['mark']).toBeGreaterThanOrEqual(103);
    expect(row?.['run']).toBe(journal.run);
    expect(await bodies(test)).toEqual(['run', 'intent']);
    held.mark(WRITE).answered();
    await held.release();
    await journal.end({ exit: 0 }, Date.now());
    expect(await bodies(test)).toEqual(['run', 'intent', 'end']);
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: false, ahead: null });
  });

  it('are refused where the lock was taken away: no row, and nothing is marked', async () => {
    const test = await begin(port);
    const { held, journal } = await holder(openStore(test.url));
    const admin = openStore(test.url).admin;
    const [lock] = (await admin.status()).locks;
    if (lock === undefined) throw new Error('no lock');
    await admin.unlock(lock, false);
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code: 'lock-lost',
      exitCode: 8,
    });
    expect(held.isHeld()).toBe(false);
    expect(await bodies(test)).toEqual([]);
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: false });
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code: 'lock-lost',
    });
    await held.release();
  });

  it('of a stale holder are refused; its outcomes are stored, and clear no mark of the next one', async () => {
    const test = await begin(port);
    const { held, journal } = await holder(openStore(test.url));
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    const sent = held.mark(WRITE);
    await test.sql.unsafe(
      `update ${test.schema}.lock set expires_at = clock_timestamp() - interval '1 s'`,
    );
    const next = await holder(openStore(test.url));
    sent.answered();
    journal.answered({ outcome: 'done' }, Date.now());
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code: 'lock-lost',
    });
    await held.release();
    await journal.end({ exit: 0 }, Date.now());
    expect(await bodies(test)).toEqual(['run', 'intent', 'answer', 'end']);
    expect(await lockRow(test)).toMatchObject({ marked: true, ahead: true });
    expect((await lockRow(test))['holder']).not.toBe(null);
    await next.held.release();
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: true, ahead: true });
  });

  it('clear the mark only when every write of the run is answered', async () => {
    const test = await begin(port);
    const { held, journal } = await holder(openStore(test.url));
    const writes: MarkedWrite[] = [
      { op: 'add', member: 'a' },
      { op: 'add', member: 'b' },
    ];
    await Promise.all(
      writes.map(async (write) => journal.intent({ call: CALL, write }, Date.now())),
    );
    const [a, b] = writes.map((write) => held.mark(write));
    a?.answered();
    journal.answered({ outcome: 'done' }, Date.now());
    await clock.sleep(200);
    expect(await lockRow(test)).toMatchObject({ marked: true, ahead: true });
    b?.answered();
    journal.answered({ outcome: 'done' }, Date.now());
    await clock.sleep(200);
    expect(await lockRow(test)).toMatchObject({ marked: false, ahead: null });
    await held.release();
  });

  it('without an answer count as set and not sent, and are repeated under the next number', async () => {
    const relay = await Relay.to(port);
    const test = await begin(port, relay.port);
    const { held, journal } = await holder(openStore(test.url));
    let times = 0;
    relay.loseAnswerTo = (data) => data.includes('intent\\"') && ++times === 1;
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    const rows = await test.sql.unsafe(
      `select n from ${test.schema}.line where body like '%"t":"intent"%' order by n`,
    );
    expect(rows.map(({ n }) => Number(n))).toEqual([2, 3]);
    expect(await bodies(test)).toEqual(['run', 'intent', 'intent']);
    held.mark(WRITE).answered();
    await held.release();
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: false });
  });

  it('are stored once the store is reachable again, and wait for it', async () => {
    const relay = await Relay.to(port);
    const test = await begin(port, relay.port);
    const { held, journal } = await holder(openStore(test.url));
    relay.frozen = true;
    const intent = journal.intent({ call: CALL, write: WRITE }, Date.now());
    setTimeout(() => (relay.frozen = false), 1000);
    await intent;
    expect(held.isHeld()).toBe(true);
    expect((await bodies(test)).filter((t) => t === 'intent').length).toBeGreaterThanOrEqual(1);
    await held.release();
  });

  it('that cannot be stored within the lease are refused with exit 6, and nothing is sent after it', async () => {
    const relay = await Relay.to(port);
    const test = await begin(port, relay.port);
    const { held, journal } = await holder(openStore(test.url));
    relay.close();
    const from = Date.now();
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code: 'store-unreachable',
      exitCode: 6,
    });
    expect(Date.now() - from).toBeLessThan(17_000);
    await clock.sleep(Math.max(0, 15_500 - (Date.now() - from)));
    expect(held.isHeld()).toBe(false);
    await held.release();
  });

  it('of a run without a record show that the lock is held, and store no line', async () => {
    const test = await begin(port);
    const { held, journal } = await holder(openStore(test.url), false);
    expect(journal.run).toBeUndefined();
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    expect(await lockRow(test)).toMatchObject({ marked: true, ahead: true });
    expect(await bodies(test)).toEqual([]);
    await test.sql.unsafe(`update ${test.schema}.lock set holder = null`);
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code: 'lock-lost',
    });
    await held.release();
  });

  it('are refused by the clock of this process alone when it was paused', async () => {
    const test = await begin(port);
    const store = openStore(test.url);
    const { held, journal } = await holder(store);
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    expect(store.writeLeftMs()).toBeGreaterThan(LIMIT_MS - 5000);
    expect(store.writeLeftMs()).toBeLessThanOrEqual(LIMIT_MS);
    await held.release();
    expect(store.writeLeftMs()).toBe(Infinity);
  });

  it('of a run without a record and without a lock are accepted, and nothing is sent', async () => {
    const test = await begin(port);
    const store = openStore(test.url);
    const journal = await openJournal(store, [], false);
    await journal.intent({ call: 'POST users/create' }, Date.now());
    await store.close();
    expect(await bodies(test)).toEqual([]);
  });
});

describeWithPostgres('closing a shared store', ({ port }) => {
  it('waits for what is being stored, and opens no connection again', async () => {
    const test = await begin(port);
    const store = openStore(test.url);
    const { held, journal } = await holder(store);
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    journal.answered({ outcome: 'done' }, Date.now());
    await held.release();
    journal.answered({ outcome: 'done' }, Date.now());
    await store.close();
    const stored = (await bodies(test)).length;
    await clock.sleep(200);
    expect(await bodies(test)).toHaveLength(stored);
  });
});
