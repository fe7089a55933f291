import { defined } from '../../domain/defined.ts';
import { isUnreadable, type RunSummary, withLater } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** What is on record of a run, and after it. */
export interface RecordState {
  /** Changes when anything is recorded of the run, or of those that resumed or undid it. */
  readonly version: string;
  /** A later run that may have resumed or undone it: its record cannot be read. */
  readonly unreadable?: RunSummary;
}

/** The version has the length of the run's file, and of the files of those that resumed or undid it. */
export async function recordStateOf(runs: Runs, run: string): Promise<RecordState> {
  const newer = (await runs.ids()).filter((id) => id > run).length;
  const all = await runs.list(newer);
  const related = withLater([run], all);
  const sizes: string[] = [];
  for (const id of related) sizes.push(`${id} ${await runs.sizeOf(id)}`);
  return { version: sizes.join(', '), ...defined({ unreadable: unreadableAfter(run, all) }) };
}

/** A later run that may be about this one: its record cannot be read. */
export function unreadableAfter(run: string, all: readonly RunSummary[]): RunSummary | undefined {
  const related = withLater([run], all);
  return all.filter(isUnreadable).find(
    (each) =>
      // Where its beginning cannot be read, it may be about any run before it.
      related.has(each.run) || (each.run > run && each.command === undefined),
  );
}

/** For people: that it may be about this one. */
export function unreadableWords(run: string, later: RunSummary): string {
  return `It is not known whether the run ${later.run} undid or resumed ${run}. ${later.problem ?? ''}`;
}
