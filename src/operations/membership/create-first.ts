import { defined } from '../../domain/defined.ts';
import { quote } from '../../domain/shorten.ts';
import type { Group } from '../../domain/group.ts';
import { asGroupctlError, GroupctlError, interruptedError } from '../../errors.ts';
import type { Journal } from '../../state/store.ts';
import { isInDoubt } from '../call-journal.ts';
import type { RunContext, RunPlan } from './plan.ts';

/**
 * Creates the group of a plan before its members are added: one that was deleted.
 *
 * @param opened the journal, which is opened when something is about to be sent
 * @throws safety (8) `outcome-unknown`: the group may be somebody else's, who is to get no members
 */
export async function createFirst(
  wanted: NonNullable<RunPlan['creates']>,
  { connection, deps }: RunContext,
  opened: () => Promise<Journal | undefined>,
): Promise<Group> {
  const now = (): number => deps.clock.now();
  let journal: Journal | undefined;
  let lost: GroupctlError | undefined;
  let group: Group;
  try {
    group = await connection.directory.createGroup(
      { ...wanted, dryRun: false },
      {
        async beforeSend(intent) {
          if (deps.signal.aborted) throw interruptedError();
          journal = await opened();
          await journal?.intent({ ...intent, made: JSON.stringify(wanted) }, now());
        },
        answerLost: (error) => (lost = error),
      },
    );
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    const outcome = isInDoubt(error) ? 'unknown' : 'failed';
    journal?.answered({ outcome, error: error.code }, now());
    throw error;
  }
  if (lost !== undefined) {
    journal?.answered({ outcome: 'done', error: lost.code }, now());
    throw notCertainError(group, lost);
  }
  const { name, id, slug } = group;
  const made = JSON.stringify({ name, ...defined({ id, slug }) });
  journal?.answered({ outcome: 'done', made }, now());
  return group;
}

function notCertainError({ name }: Group, lost: GroupctlError): GroupctlError {
  return new GroupctlError(
    'safety',
    `There is a group ${quote(name)} now, but the answer was lost, so it is not known whether this run or somebody else created it. Nobody was added to it. ${lost.message}`,
    {
      code: 'outcome-unknown',
      hint: 'Look at the group. If it may go, delete it, and run the same command again.',
    },
  );
}
