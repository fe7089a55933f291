import type { Base, ListPort } from '../../src/backends/whole-list/list-port.ts';
import { converge } from '../../src/backends/whole-list/converge.ts';
import { merge, missingFrom } from '../../src/domain/merge.ts';
import { UNCONTESTED_LOCK } from '../helpers/lock.ts';
import type { ListServer, Timing } from './list-server.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a writer says of its own member when it is done. */
export type Claim = 'kept' | 'in doubt' | 'not kept';

export interface Writer {
  readonly clock: VirtualClock;
  readonly server: ListServer;
  readonly timing: Timing;
  readonly member: string;
  readonly settleMs: number;
}

export type Strategy = (writer: Writer) => Promise<Claim>;

const LIMIT_MS = 60_000;

/** The real thing, as on a machine of its own: its lock keeps nobody else out. */
export const repeatedLooks: Strategy = async ({ clock, server, timing, member, settleMs }) => {
  const port: ListPort = {
    read: () => server.read(timing),
    write: (members) => server.write(members, timing),
    lock: () => Promise.resolve(UNCONTESTED_LOCK),
    waitOut: () => Promise.reject(new Error('nobody limits the rate here')),
  };
  const base: Base = { readAt: clock.now(), members: await server.read(timing) };
  const end = await converge(port, [{ op: 'add', member }], UNCONTESTED_LOCK, base, {
    clock,
    settleMs,
    limitMs: LIMIT_MS,
    signal: new AbortController().signal,
    beforeWrite: () => Promise.resolve(),
  });
  if (end.missing.length === 0) return 'kept';
  return end.reason?.kind === 'not-kept' ? 'not kept' : 'in doubt';
};

/** What is not enough: write, wait for the settle time, look once; back off, five rounds at most. */
export const oneLook: Strategy = async ({ clock, server, timing, member, settleMs }) => {
  const changes = [{ op: 'add', member }] as const;
  let members = await server.read(timing);
  for (let round = 0; round < 5; round++) {
    await server.write(merge(members, missingFrom(members, changes)), timing);
    await clock.sleep(settleMs);
    members = await server.read(timing);
    if (missingFrom(members, changes).length === 0) return 'kept';
    await clock.sleep(clock.random() * Math.min(3000, 50 * 2 ** (round + 1)));
    members = await server.read(timing);
  }
  return 'in doubt';
};
