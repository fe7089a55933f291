import { busyTiming, ListServer } from './list-server.ts';
import type { Claim, Strategy } from './strategies.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface CrowdOptions {
  readonly seed: number;
  readonly writers: number;
  readonly strategy: Strategy;
  /** Share of the writes that take effect up to 2 s after their answer. */
  readonly lateShare: number;
  readonly settleMs: number;
}

export interface CrowdResult {
  /** Members that their writer takes for kept, and that are not there at the end. */
  readonly lostSilently: readonly string[];
  /** Members that their writer reported as in doubt. */
  readonly inDoubt: readonly string[];
  /** Members that their writer reported as dropped by the server, which drops nothing. */
  readonly notKept: readonly string[];
  readonly members: readonly string[];
  /** Virtual milliseconds until the last writer was done. */
  readonly ms: number;
  readonly reads: number;
  readonly writes: number;
}

export const FIRST_MEMBERS = ['mbrown', 'djones'];

/** Machines that add one member each to the same group, within a tenth of a second. */
export async function runCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { seed, writers, strategy, lateShare, settleMs } = options;
  const clock = new VirtualClock(seed);
  const server = new ListServer(clock, FIRST_MEMBERS);
  const timing = busyTiming(clock, lateShare);
  const claims = new Map<string, Claim>();
  let doneAt = 0;
  const all = Array.from({ length: writers }, async (_, at) => {
    const member = `user${at}`;
    await clock.sleep(clock.between(0, 100));
    claims.set(member, await strategy({ clock, server, timing, member, settleMs }));
    doneAt = clock.now();
  });
  // What is late takes effect too, after everybody has gone.
  await clock.run();
  await Promise.all(all);
  const claimed = (claim: Claim): string[] =>
    [...claims].flatMap(([member, said]) => (said === claim ? [member] : []));
  return {
    lostSilently: claimed('kept').filter((member) => !server.members.includes(member)),
    inDoubt: claimed('in doubt'),
    notKept: claimed('not kept'),
    members: server.members,
    ms: doneAt,
    reads: server.reads,
    writes: server.writes,
  };
}

export interface Tally {
  readonly runs: number;
  /** Runs in which a member was lost and nobody said so. */
  readonly silentLoss: number;
  /** Runs in which some writer reported its member as in doubt. */
  readonly inDoubt: number;
  /** Runs in which some writer took the others for a server that drops its member. */
  readonly notKept: number;
  /** Runs that lost a member who had been there before. */
  readonly othersLost: number;
  /** Median virtual time until the last writer was done, milliseconds. */
  readonly medianMs: number;
  /** Mean number of requests of one writer. */
  readonly reads: number;
  readonly writes: number;
}

/** The same crowd with seeds 1 to `runs`. */
export async function tally(runs: number, options: Omit<CrowdOptions, 'seed'>): Promise<Tally> {
  const results: CrowdResult[] = [];
  for (let seed = 1; seed <= runs; seed++) results.push(await runCrowd({ ...options, seed }));
  const count = (test: (result: CrowdResult) => boolean): number => results.filter(test).length;
  const mean = (of: (result: CrowdResult) => number): number =>
    results.reduce((sum, result) => sum + of(result), 0) / (runs * options.writers);
  const times = results.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    runs,
    silentLoss: count(({ lostSilently }) => lostSilently.length > 0),
    inDoubt: count(({ inDoubt }) => inDoubt.length > 0),
    notKept: count(({ notKept }) => notKept.length > 0),
    othersLost: count(({ members }) => FIRST_MEMBERS.some((name) => !members.includes(name))),
    medianMs: times[times.length >> 1] ?? 0,
    reads: mean(({ reads }) => reads),
    writes: mean(({ writes }) => writes),
  };
}
