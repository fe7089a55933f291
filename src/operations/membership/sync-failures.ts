import { harmlessPath } from '../../domain/shorten.ts';
import { type ChangeResult, isDone } from '../../domain/outcome.ts';
import type { MemberInput, RunContext } from './plan.ts';
import { isForResume } from './run-failure.ts';
import { saveFailedRows } from './member-input.ts';

/**
 * Leaves the rows of the file that were not added, for `members add --file`. A removal is of nobody
 * in the file: in its rows it would be read as somebody to add.
 */
export async function saveFailedAdditions(
  { failures }: { readonly failures?: string | undefined },
  input: MemberInput,
  { outcomes, run }: Pick<ChangeResult, 'outcomes' | 'run'>,
  { options, deps }: Pick<RunContext, 'options' | 'deps'>,
): Promise<string | undefined> {
  const saved = await saveFailedRows(
    { failures },
    options,
    input,
    outcomes.filter(({ op }) => op === 'add'),
    deps,
  );
  const left = outcomes.filter(({ op, outcome }) => op === 'remove' && !isDone(outcome));
  if (failures === undefined || options.dryRun === true || left.length === 0) return saved;
  const are = left.length === 1 ? '1 removal is' : `${left.length} removals are`;
  const resume = run === undefined || !left.some(isForResume) ? '' : `, or groupctl resume ${run}`;
  const file = harmlessPath(failures);
  const where =
    saved === undefined
      ? `${file} is not written: it would hold additions only.`
      : `${file} holds additions only.`;
  deps.warn(`${are} not done. ${where} Run the same sync again${resume}.`);
  return saved;
}
