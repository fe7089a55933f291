import { defined } from '../../domain/defined.ts';
import type { ChangeResult } from '../../domain/outcome.ts';
import type { Permission, SecurityResult } from '../../domain/security.ts';
import { changeLines, presentChange } from './change.ts';
import { presentWritten } from './security/written.ts';
import type { HumanView, Presentation } from '../present.ts';
import { permissionName } from './security/permissions.ts';
import { safeName, safeText } from '../safe-text.ts';

/** The result of a run that undoes another one, or resumes it. */
export interface UndoResumeResult extends ChangeResult {
  readonly undoes?: string;
  readonly resumes?: string;
  /** The group was deleted, and is created again. */
  readonly created?: boolean;
  /** Those of that group that are added again. */
  readonly permissions?: readonly Permission[];
  /** How many rows of the resumed run cannot be done: unknown names, or refused for good. */
  readonly impossible?: number;
  /** A change of the earlier run was undone before: `undone`, or was accepted and never shown: `not-shown`. */
  readonly leftAlone?: 'undone' | 'partly-undone' | 'not-shown';
  /** What the undo of a run without members came to. */
  readonly done?: SecurityResult;
}

export function presentUndoResume(result: UndoResumeResult): Presentation {
  const { undoes, resumes, outcomes, created, permissions, done } = result;
  return presentChange(result, {
    more: {
      ...defined({ undoes, resumes, created, permissions, done }),
    },
    human: (view) =>
      done !== undefined
        ? presentWritten(done).human(view)
        : created === true
          ? createdLines(result, view)
          : outcomes.length === 0
            ? [nothing(result)]
            : changeLines(result, view),
  });
}

function* createdLines(result: UndoResumeResult, view: HumanView): Generator<string> {
  const name = safeName(result.group.name);
  yield result.dryRun
    ? `Would create the group ${name}.`
    : view.style.good(`Created the group ${name}.`);
  if (result.outcomes.length > 0) yield* changeLines(result, view);
  const again = result.dryRun ? 'Would add again' : 'Added again';
  for (const each of result.permissions ?? []) yield `${again}: ${safeText(permissionName(each))}`;
}

function nothing({ undoes, resumes = '', impossible = 0, leftAlone }: UndoResumeResult): string {
  if (undoes === undefined) {
    if (impossible > 0) return `Nothing of the run ${resumes} can be resumed.`;
    if (leftAlone === 'undone') return `Run ${resumes} is undone. Nothing to resume.`;
    const word = leftAlone === 'partly-undone' ? 'undone in part' : 'complete';
    return `Run ${resumes} is ${word}. Nothing to resume.`;
  }
  if (leftAlone === 'undone') return `The run ${undoes} is undone already. Nothing to undo.`;
  if (leftAlone === 'not-shown') {
    return `groupctl has nothing to undo of the run ${undoes}: the group did not show its change. Look at the group, it may show it by now.`;
  }
  return `groupctl knows of nothing that the run ${undoes} changed, so there is nothing to undo.`;
}
