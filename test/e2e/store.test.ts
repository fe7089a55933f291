import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack, type Packed } from '../helpers/packed.ts';
import {
  describeWithPooler,
  describeWithPostgres,
  PostgresServer,
  Relay,
  testStore,
  type TestStore,
} from '../helpers/postgres.ts';
import { openStore } from '../state/postgres/stage.ts';
import { type AddRun, lostOf, machineOf, serveSlowly } from './store-stage.ts';

const MACHINES = 8;
const RUNS = 40;
/** `GROUPCTL_ROUNDS=10` repeats the crowds, which one round may pass by chance. */
const ROUNDS = Number(process.env['GROUPCTL_ROUNDS'] ?? 1);
const HOUR_MS = 3_600_000;
const LEASE_MS = 15_000;
const names = Array.from({ length: RUNS }, (_, at) => `user-${at}`);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

let packed: Packed;
beforeAll(() => {
  packed = pack();
});
afterAll(() => packed.remove());

/** 40 processes of 8 machines add one member each to one group, without a settle time. */
async function crowd(
  store: string | undefined,
  clockOffMs: (machine: number) => number = () => 0,
): Promise<{
  readonly codes: (number | null)[];
  readonly lost: string[];
  readonly members: number;
}> {
  const proget = await serveSlowly(['QA'], names);
  const machines = Array.from({ length: MACHINES }, (_, at) =>
    machineOf(packed.bin, proget, store, clockOffMs(at)),
  );
  const runs = names.flatMap((name, at) => machines[at % MACHINES]?.add('QA', name) ?? []);
  const codes = await Promise.all(runs.map(async ({ ended }) => (await ended).code));
  const lost = await lostOf(proget, runs);
  return { codes, lost, members: (proget.groups.get('QA')?.length ?? 0) - 1 };
}

const allDone = { codes: names.map(() => 0), lost: [], members: RUNS };

async function begin(port: number, via = port): Promise<TestStore> {
  const store = testStore(port, via);
  await openStore(store.url.replace(`:${via}/`, `:${port}/`)).admin.init();
  return store;
}

it(`${RUNS} runs on ${MACHINES} machines without a store lose members`, async () => {
  const { codes, lost } = await crowd(undefined);
  expect(codes.filter((code) => code === 0).length).toBeGreaterThan(0);
  expect(lost.length).toBeGreaterThan(0);
});

describeWithPostgres('a shared store', ({ port }) => {
  it(`${RUNS} runs on ${MACHINES} machines add ${RUNS} members, two of the clocks an hour off`, async () => {
    const { url } = await begin(port);
    const off = (at: number): number => (at === 0 ? HOUR_MS : at === 1 ? -HOUR_MS : 0);
    for (let round = 0; round < ROUNDS; round++) expect(await crowd(url, off)).toEqual(allDone);
  }, 900_000);

  /** Six holders are killed, each with a write that takes effect later; then the next runs start. */
  const killed = async (
    forget: (store: TestStore) => Promise<void>,
  ): Promise<{ lost: string[]; late: number; waits: number[]; codes: (number | null)[] }> => {
    const store = await begin(port);
    const groups = Array.from({ length: 6 }, (_, at) => `G${at}`);
    const proget = await serveSlowly(
      groups,
      groups.flatMap((group) => [`${group}-late`, `${group}-next`]),
    );
    proget.delayOf = ({ members }) => (members.some((name) => name.endsWith('-next')) ? 50 : 8000);
    const machine = machineOf(packed.bin, proget, store.url);
    const first = groups.map((group) => {
      const arrival = proget.arrived(`${group}-late`);
      // The mark lasts for --timeout and 5 s: 15 s.
      const run = machine.add(group, `${group}-late`, '--timeout=10');
      return arrival.then(() => run.child.kill('SIGKILL')).then(() => run);
    });
    await Promise.all(first);
    await forget(store);
    const from = performance.now();
    const waits: number[] = [];
    const other = machineOf(packed.bin, proget, store.url);
    const runs = groups.map((group) => other.add(group, `${group}-next`));
    const codes = await Promise.all(
      runs.map(async ({ ended }) => {
        const { code } = await ended;
        waits.push(performance.now() - from);
        return code;
      }),
    );
    const lost = await lostOf(proget, runs);
    const late = groups.filter(
      (group) => proget.groups.get(group)?.includes(`${group}-late`) === true,
    );
    return { lost, late: late.length, waits, codes };
  };

  it('loses nobody to the late write of a killed holder, and waits no longer than for its lease', async () => {
    const { lost, late, waits, codes } = await killed(async () => undefined);
    expect({ lost, late, codes }).toEqual({ lost: [], late: 6, codes: [0, 0, 0, 0, 0, 0] });
    // The lease is over at most 15 s after the kill, and the write had landed by then.
    expect(Math.max(...waits)).toBeLessThan(LEASE_MS + 10_000);
  });

  it('would lose members without the in-flight mark', async () => {
    const { lost } = await killed(async ({ sql, schema }) => {
      await sql.unsafe(
        `update ${schema}.lock set holder = null, in_flight_until = null, in_flight = null`,
      );
    });
    expect(lost.length).toBeGreaterThan(0);
  });

  /** A holder is stopped at that moment, the next run comes and goes, and the holder goes on. */
  const stoppedAt = async (stage: 'read' | 'intent' | 'recorded' | 'sent'): Promise<void> => {
    const relay = await Relay.to(port);
    const store = await begin(port, relay.port);
    const proget = await serveSlowly(['QA'], ['stopped', 'next']);
    let stopped: AddRun | undefined;
    let pause: (() => void) | undefined;
    const isStopped = new Promise<void>((resolve) => (pause = resolve));
    const stop = (): void => {
      if (stopped === undefined) return;
      stopped.child.kill('SIGSTOP');
      stopped = undefined;
      pause?.();
    };
    // After the lock was taken, while the group is read.
    if (stage === 'read') proget.onRead = stop;
    // The intent is on its way: the process is stopped and does not hear of it.
    relay.onIntent = (when) => {
      if ((stage === 'intent' && when === 'sent') || (stage === 'recorded' && when === 'answered'))
        stop();
    };
    proget.delayOf = ({ members }) => {
      if (stage === 'sent' && members.includes('stopped') && stopped !== undefined) {
        stop();
        return 5000;
      }
      return 50;
    };
    const run = machineOf(packed.bin, proget, store.url).add('QA', 'stopped', '--timeout=1');
    stopped = run;
    await isStopped;
    await sleep(LEASE_MS + 1000);
    const direct = store.url.replace(`:${relay.port}/`, `:${port}/`);
    const next = machineOf(packed.bin, proget, direct).add('QA', 'next', '--timeout=1');
    expect((await next.ended).code).toBe(0);
    const before = proget.arrivals.filter(
      ({ members }) => members.includes('stopped') && !members.includes('next'),
    );
    run.child.kill('SIGCONT');
    const { code, text } = await run.ended;
    expect(await lostOf(proget, [run, next]), text).toEqual([]);
    expect(proget.groups.get('QA')).toContain('next');
    // Nothing that was read before the pause is written after it.
    const after = proget.arrivals.filter(
      ({ members }) => members.includes('stopped') && !members.includes('next'),
    );
    expect(after.length).toBe(before.length);
    expect(code, text).toBe(0);
  };

  it('loses nobody when the holder is stopped past its lease: before the read, the intent, the write, the answer', async () => {
    await Promise.all((['read', 'intent', 'recorded', 'sent'] as const).map(stoppedAt));
  }, 120_000);

  it('sends nothing while the store cannot be reached: exit 6', async () => {
    const relay = await Relay.to(port);
    const store = await begin(port, relay.port);
    const proget = await serveSlowly(['QA'], ['a']);
    // A black hole after the lock was taken.
    proget.onRead = () => void (relay.frozen = true);
    const run = machineOf(packed.bin, proget, store.url).add('QA', 'a');
    const { code, text } = await run.ended;
    expect(text).toContain('cannot be reached');
    expect([code, proget.arrivals.length]).toEqual([6, 0]);
  });

  it('is restarted like after a crash while runs use it, and loses nobody', async () => {
    const server = await PostgresServer.start();
    if (server === undefined) throw new Error('PostgreSQL is gone');
    try {
      const url = `postgres://postgres@127.0.0.1:${server.port}/groupctl`;
      await openStore(url).admin.init();
      const some = names.slice(0, 16);
      const proget = await serveSlowly(['QA'], some);
      const machines = [0, 1, 2, 3].map(() => machineOf(packed.bin, proget, url));
      const runs = some.flatMap((name, at) => machines[at % 4]?.add('QA', name) ?? []);
      while (proget.arrivals.length < 3) await sleep(20);
      server.down('immediate');
      await sleep(500);
      server.up();
      const codes = await Promise.all(runs.map(async ({ ended }) => (await ended).code));
      expect(await lostOf(proget, runs)).toEqual([]);
      expect(codes.filter((code) => code === 0).length).toBeGreaterThanOrEqual(some.length - 2);
    } finally {
      server.remove();
    }
  });
});

describeWithPooler(
  'a shared store behind pgbouncer in transaction mode',
  ({ port, pooledPort }) => {
    it(`${RUNS} runs on ${MACHINES} machines add ${RUNS} members`, async () => {
      const { url } = await begin(port, pooledPort);
      for (let round = 0; round < ROUNDS; round++) expect(await crowd(url)).toEqual(allDone);
    });
  },
);
