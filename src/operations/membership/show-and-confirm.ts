import { declinedError } from '../../errors.ts';
import { placeLine, type planLines } from '../../output/results/plan.ts';
import { planPlaceOf, type RunContext } from './plan.ts';

/**
 * Shows the server, the group and what would be done, and asks.
 *
 * @throws safety (8) `declined`; usage (2) `confirmation-needed` where groupctl cannot ask
 */
export async function showAndConfirm(
  context: RunContext,
  groupName: string | undefined,
  lines: ReturnType<typeof planLines>,
  question: string,
): Promise<void> {
  const { deps } = context;
  deps.show([placeLine(planPlaceOf(context), groupName), ...lines]);
  if (!(await deps.confirm(question, '--yes'))) throw declinedError();
}
