import { defined } from '../../domain/defined.ts';
import { earlierOf, isUnreadable, type RunSummary, withLater } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** What is on record of a run, and after it. */
interface RecordState {
  /** Changes when anything is recorded of the run, or of those that resumed or undid it. */
  readonly version: string;
  /** A later run that may have resumed or undone it: its record cannot be read. */
  readonly unreadable?: RunSummary;
}

/**
 * The version has the length of the run's file, and of all that are about the same as it.
 *
 * @param first the run that this one began with
 */
export async function recordStateOf(runs: Runs, run: string, first: string): Promise<RecordState> {
  const all = await runsSince(first, runs);
  const related = withLater([first], all);
  const sizes: string[] = [];
  for (const id of related) sizes.push(`${id} ${await runs.sizeOf(id)}`);
  const unreadable = unreadableAfter(run, first, all);
  return { version: sizes.join(', '), ...defined({ unreadable }) };
}

/** The run that a run began with: it undid or resumed that one, or one that did. */
export async function firstRunOf(run: string, runs: Runs): Promise<string> {
  const ids = await runs.ids();
  for (let first = run; ;) {
    const summary = (await runs.list(ids.indexOf(first) + 1)).at(-1);
    const earlier = summary && earlierOf(summary);
    // It may be deleted by now.
    if (earlier === undefined || !ids.includes(earlier)) return first;
    first = earlier;
  }
}

/** A run and all that are newer, the newest first. */
export async function runsSince(run: string, runs: Runs): Promise<RunSummary[]> {
  return await runs.list((await runs.ids()).filter((id) => id >= run).length);
}

/**
 * A later run that may be about this one: its record cannot be read.
 *
 * @param first the run that this one began with
 */
export function unreadableAfter(
  run: string,
  first: string,
  all: readonly RunSummary[],
): RunSummary | undefined {
  const related = withLater([first], all);
  return all.filter(isUnreadable).find(
    (each) =>
      // Where its beginning cannot be read, it may be about any run before it.
      each.run > run && (related.has(each.run) || each.command === undefined),
  );
}

/** For people: that it may be about this one. */
export function unreadableWords(run: string, later: RunSummary): string {
  return `It is not known whether the run ${later.run} undid or resumed ${run}. ${later.problem ?? ''}`;
}
