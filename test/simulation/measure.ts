import { type Tally, tally } from './crowd.ts';
import { oneLook, repeatedLooks, type Strategy } from './strategies.ts';

export const WRITERS = [4, 20, 40] as const;

/** One row of the table in docs/concurrency.md. */
export interface Setting {
  readonly name: string;
  readonly strategy: Strategy;
  readonly settleMs: number;
  readonly lateShare: number;
}

export const SETTLED: Setting = {
  name: '300',
  strategy: repeatedLooks,
  settleMs: 300,
  lateShare: 0,
};

export const SETTLED_LATE: Setting = { ...SETTLED, lateShare: 0.02 };

export const ONE_LOOK: Setting = { ...SETTLED, name: '300, one look only', strategy: oneLook };

export const SETTINGS: readonly Setting[] = [
  { ...SETTLED, name: '0 (one read-back)', settleMs: 0 },
  ONE_LOOK,
  SETTLED,
  { ...SETTLED, name: '1000', settleMs: 1000 },
  SETTLED_LATE,
  { ...SETTLED_LATE, name: '1000', settleMs: 1000 },
  { ...SETTLED_LATE, name: '3000', settleMs: 3000 },
];

/** A tally for each number of writers, with seeds 1 to `runs`. */
export async function measure(setting: Setting, runs: number): Promise<Tally[]> {
  const { name: _, ...options } = setting;
  const tallies: Tally[] = [];
  for (const writers of WRITERS) tallies.push(await tally(runs, { ...options, writers }));
  return tallies;
}

/** The row as it stands in the docs: runs with a silent loss, and how long a run took. */
export function row({ name, lateShare }: Setting, tallies: readonly Tally[]): string {
  const cells = tallies.map(({ silentLoss, inDoubt, medianMs }) => {
    const doubt = inDoubt === 0 ? '' : `, ${inDoubt} in doubt`;
    return `${silentLoss}${doubt} (${(medianMs / 1000).toFixed(1)} s)`;
  });
  return `| ${[name, lateShare === 0 ? 'none' : `${lateShare * 100} %`, ...cells].join(' | ')} |`;
}
