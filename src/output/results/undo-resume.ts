import { defined } from '../../domain/defined.ts';
import type { ChangeResult } from '../../domain/outcome.ts';
import { changeLines, presentChange } from './change.ts';
import type { Presentation } from '../present.ts';

/** The result of a run that undoes another one, or resumes it. */
export interface UndoResumeResult extends ChangeResult {
  readonly undoes?: string;
  readonly resumes?: string;
}

export function presentTakenUp(result: UndoResumeResult): Presentation {
  const { undoes, resumes, outcomes } = result;
  return presentChange(result, {
    more: {
      ...defined({ undoes, resumes }),
    },
    human: (view) => (outcomes.length === 0 ? [nothing(result)] : changeLines(result, view)),
  });
}

function nothing({ undoes, resumes }: UndoResumeResult): string {
  return undoes === undefined
    ? `There is nothing to resume in run ${resumes ?? ''}.`
    : `Nothing of the run ${undoes} is known to have taken effect, so there is nothing to undo.`;
}
