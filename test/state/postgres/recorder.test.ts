import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HeldLock } from '../../../src/state/lock/held-lock.ts';
import type { MarkedWrite, OwnMarks } from '../../../src/state/lock/in-flight.ts';
import type { PostgresStore, StoreHost } from '../../../src/state/postgres/store.ts';
import type { Journal } from '../../../src/state/store.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
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

describeWithPostgres('lines that a shared store does not take', ({ port }) => {
  /** A run with an intent and an answer, of which the store takes no answer and no end. */
  const refusedRun = async (more: Partial<StoreHost> = {}) => {
    const test = await begin(port);
    await test.sql
      .unsafe(`create function ${test.schema}.no() returns trigger language plpgsql as $$ begin
      if new.body like '%"t":"answer"%' then raise exception 'quota exceeded'; end if; return new; end $$`);
    await test.sql.unsafe(
      `create trigger no before insert on ${test.schema}.line for each row execute function ${test.schema}.no()`,
    );
    const folder = temporaryFolder();
    const paths = async (): Promise<{ state: string }> => ({ state: folder });
    const store = openStore(test.url, {}, { paths, ...more });
    const { held, journal } = await holder(store);
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    held.mark(WRITE).answered();
    journal.answered({ outcome: 'done' }, Date.now());
    await held.release();
    await journal.end({ exit: 0 }, Date.now());
    return { test, store, journal, folder };
  };

  it('are in the state folder, and stay there alone also if it takes them later', async () => {
    const { test, store, journal, folder } = await refusedRun();
    const path = join(folder, 'runs', `${journal.run ?? ''}.jsonl`);
    expect(journal.failure?.message).toContain(`The rest of the record is in ${path}.`);
    await test.sql.unsafe(`drop trigger no on ${test.schema}.line`);
    const next = await openJournal(store);
    await next.intent({ call: CALL }, Date.now());
    await next.end({ exit: 0 }, Date.now());
    expect(next.failure).toBeUndefined();
    expect(await bodies(test)).toEqual(['run', 'intent', 'run', 'intent', 'end']);
    expect(readFileSync(path, 'utf8').split('\n').filter(Boolean)).toHaveLength(4);
  });

  it.each([
    ['was kept here', {}],
    ['could not be kept either', { paths: () => Promise.reject(new Error('no folder')) }],
  ])('hold up no intent of the next run where their run %s', async (_, more) => {
    const { test, store, journal } = await refusedRun(more);
    expect(journal.failure?.message).toContain('quota exceeded');
    for (let run = 0; run < 2; run++) {
      const next = await openJournal(store);
      await next.intent({ call: CALL }, Date.now());
      await next.end({ exit: 0 }, Date.now());
      expect(next.failure).toBeUndefined();
    }
    expect((await bodies(test)).filter((t) => t === 'end')).toHaveLength(2);
  });

  it('of a run that sent nothing are dropped: the next run is stored', async () => {
    const test = await begin(port);
    const store = openStore(test.url);
    const refuse = `alter table ${test.schema}.line add constraint no check (body !~ 'intent') not valid`;
    await test.sql.unsafe(refuse);
    const named: string[] = [];
    const journal = await openJournal(store, [], true, { onRecord: (run) => void named.push(run) });
    expect(journal.run).toMatch(/^[0-9A-Z]{26}$/);
    await expect(journal.intent({ call: CALL }, Date.now())).rejects.toMatchObject({
      code: 'store-failed',
    });
    expect([journal.run, named]).toEqual([undefined, []]);
    await test.sql.unsafe(`alter table ${test.schema}.line drop constraint no`);
    const next = await openJournal(store, [], true, { onRecord: (run) => void named.push(run) });
    await next.intent({ call: CALL }, Date.now());
    await next.intent({ call: CALL }, Date.now());
    expect(named).toEqual([next.run]);
  });
});

describeWithPostgres('the end of a command that uses a shared store', ({ port }) => {
  /** A store behind a relay, and a run that has the lock of QA and a journal. */
  const behindRelay = async (more: Partial<StoreHost>) => {
    const relay = await Relay.to(port);
    const test = await begin(port, relay.port);
    return { relay, test, ...(await holder(openStore(test.url, {}, more))) };
  };

  it.each([
    ['does not answer', 'deadline', (relay: Relay) => void (relay.frozen = true)],
    ['is gone', 'store-unreachable', (relay: Relay) => relay.close()],
  ])('is --deadline for an intent where the store %s', async (_, code, lose) => {
    let end = Infinity;
    const deadline = { remaining: (): number => Math.max(0, end - Date.now()) };
    const { relay, journal } = await behindRelay({ deadline });
    lose(relay);
    end = Date.now() + 800;
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      code,
      exitCode: 6,
    });
    expect(Date.now() - end).toBeLessThan(3_000);
  });

  it('is an interrupt for an intent that waits, and leaves nothing marked', async () => {
    const stop = new AbortController();
    const { relay, test, held, journal } = await behindRelay({ signal: stop.signal });
    relay.frozen = true;
    setTimeout(() => stop.abort(), 300);
    const from = Date.now();
    await expect(journal.intent({ call: CALL, write: WRITE }, Date.now())).rejects.toMatchObject({
      exitCode: 130,
    });
    expect(Date.now() - from).toBeLessThan(3_000);
    relay.frozen = false;
    await held.release();
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: false });
  });

  it('does not keep what was done from being stored', async () => {
    let remaining = Infinity;
    const stop = new AbortController();
    const deadline = { remaining: (): number => remaining };
    const { test, held, journal } = await behindRelay({ deadline, signal: stop.signal });
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    held.mark(WRITE).answered();
    remaining = 0;
    stop.abort();
    journal.answered({ outcome: 'done' }, Date.now());
    await held.release();
    await journal.end({ exit: 130 }, Date.now());
    expect(journal.failure).toBeUndefined();
    expect(await bodies(test)).toEqual(['run', 'intent', 'answer', 'end']);
    expect(await lockRow(test)).toMatchObject({ holder: null, marked: false });
  });

  it('is --deadline for what was done where the store is gone', async () => {
    let end = Infinity;
    const deadline = { remaining: (): number => Math.max(0, end - Date.now()) };
    const { relay, held, journal } = await behindRelay({ deadline });
    await journal.intent({ call: CALL, write: WRITE }, Date.now());
    relay.close();
    end = Date.now() + 500;
    journal.answered({ outcome: 'done' }, Date.now());
    await held.release();
    await journal.end({ exit: 0 }, Date.now());
    expect(journal.failure?.code).toBe('store-unreachable');
    expect(Date.now() - end).toBeLessThan(5_000);
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
