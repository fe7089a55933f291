import type { MemberDiff } from '../../domain/diff.ts';
import {
  type ChangeResult,
  isDone,
  type MemberOutcome,
  type OutcomeSummary,
} from '../../domain/outcome.ts';
import { countPlanned, outcomeLine, presentChange } from './change.ts';
import type { HumanView, Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { type Line, painted } from '../style.ts';
import { changeLine, moreLine, planLines, rowsToShow } from './plan.ts';

export interface SyncResult extends ChangeResult {
  /**
   * `not-compared`: names of the file are unknown, and nothing else was checked; `shown`: the
   * difference was shown before somebody agreed to it, or a guard stopped it.
   */
  readonly difference: 'not-compared' | 'compared' | 'shown';
  /** How many rows it has, with those that were not tried. */
  readonly rows: number;
  /** A long difference is printed whole. */
  readonly all: boolean;
}

/** A group made what a file says, as it is printed. */
export function presentSync(result: SyncResult): Presentation {
  return presentChange(result, { human: (view) => syncLines(result, view) });
}

/** `+ jsmith`, `- mbrown`, `= 12 unchanged`. */
export function diffLines({ add, remove, same }: MemberDiff, all: boolean): Line[] {
  return [...planLines([...add, ...remove], all), `= ${same.length} unchanged`];
}

function* syncLines(result: SyncResult, { style, isTTY }: HumanView): Generator<string> {
  const { group, outcomes, summary, difference, dryRun, all } = result;
  const name = safeName(group.name);
  const changes = difference === 'shown' ? [] : outcomes.filter(isChange);
  const of = (op: MemberOutcome['op']): MemberOutcome[] => changes.filter((row) => row.op === op);
  const { add, remove, more } = rowsToShow(of('add'), of('remove'), all || !isTTY);
  const visible = new Set([...add, ...remove]);
  for (const row of outcomes) {
    if (!isDone(row.outcome)) yield style.bad(`! ${outcomeLine(row, name)}`);
    else if (visible.has(row)) {
      const note = row.verified || dryRun ? '' : ' (not verified)';
      yield painted(changeLine(row, note), style, safeText);
    }
  }
  if (more > 0) yield painted(moreLine(more), style);
  if (difference === 'not-compared') {
    yield `${name}: not compared with the file, because ${unknownWords(summary.noSuchUser, result.rows)}`;
    return;
  }
  if (difference === 'compared') yield `= ${summary.alreadyMember} unchanged`;
  yield `${name}: ${words(outcomes, summary, dryRun)}.`;
}

/** How many names are unknown, and what to do about it. */
function unknownWords(unknown: number, all: number): string {
  if (unknown === all) return all === 1 ? 'its name is unknown.' : `all ${all} names are unknown.`;
  const names = `${unknown} of ${all} names ${unknown === 1 ? 'is' : 'are'} unknown`;
  return `${names}. Correct the file, or leave unknown names out with --skip-unknown.`;
}

function isChange({ outcome }: MemberOutcome): boolean {
  return outcome === 'added' || outcome === 'removed' || outcome === 'planned';
}

function words(
  outcomes: readonly MemberOutcome[],
  summary: OutcomeSummary,
  dryRun: boolean,
): string {
  const { noSuchUser, refused, failed: failures, notTried, unknown } = summary;
  const failed = noSuchUser + refused + failures + notTried + unknown;
  const added = dryRun ? countPlanned(outcomes, 'add') : summary.added;
  const removed = dryRun ? countPlanned(outcomes, 'remove') : summary.removed;
  const parts = dryRun
    ? [`would add ${added}, remove ${removed}`]
    : [`${added} added, ${removed} removed`];
  const unseen = outcomes.filter((row) => !row.verified && isChange(row)).length;
  if (unseen > 0 && !dryRun) parts.push(`${unseen} of them not verified`);
  parts.push(`${summary.alreadyMember} unchanged`);
  // Another client removed them first: they are no members, so they are not among the unchanged
  // ones.
  if (summary.alreadyAbsent > 0) parts.push(`${summary.alreadyAbsent} already gone`);
  if (failed > 0) parts.push(`${failed} not done`);
  return parts.join(', ');
}
