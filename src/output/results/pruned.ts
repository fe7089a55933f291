import { counted } from '../../domain/counted.ts';
import type { Presentation } from '../present.ts';

/** Runs that were removed from the journal, as they are printed. */

export interface Pruned {
  readonly dryRun: boolean;
  /** ISO 8601: what began before this was old enough. */
  readonly before: string;
  readonly pruned: readonly string[];
  readonly underWay: readonly string[];
  readonly kept: number;
}

export function presentPruned(result: Pruned): Presentation {
  const { dryRun, before, pruned, underWay, kept } = result;
  return {
    json: { dryRun, before, pruned, underWay, kept },
    csv: {
      columns: ['run', 'outcome'],
      rows: [
        ...pruned.map((run) => [run, dryRun ? 'planned' : 'removed']),
        ...underWay.map((run) => [run, 'kept']),
      ],
    },
    human: () => {
      const what =
        pruned.length === 0
          ? `No runs older than ${before}.`
          : `${dryRun ? 'Would remove' : 'Removed'} ${counted(pruned.length, 'run')} from before ${before}; ${kept} ${kept === 1 ? 'is' : 'are'} kept.`;
      return [
        what,
        ...underWay.map((run) => `Kept ${run}: it has no end yet and was written to just now.`),
      ];
    },
  };
}
