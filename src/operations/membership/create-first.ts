import { defined } from '../../domain/defined.ts';
import { quote } from '../../domain/shorten.ts';
import type { Group } from '../../domain/group.ts';
import { GroupctlError } from '../../errors.ts';
import type { Journal } from '../../state/store.ts';
import { CallJournal } from '../call-journal.ts';
import type { RunContext, RunPlan } from './plan.ts';

/**
 * Creates the group of a plan before its members are added: one that was deleted.
 *
 * @param open opens the journal, when something is about to be sent
 * @param onSend is called before each call, once the record has it
 * @throws safety (8) `outcome-unknown`: the group may be somebody else's, who is to get no members
 */
export async function createGroupFirst(
  wanted: NonNullable<RunPlan['creates']>,
  { connection, deps }: RunContext,
  open: () => Promise<Journal | undefined>,
  onSend: () => void,
): Promise<Group> {
  const journal = new CallJournal(open, deps);
  let group: Group;
  try {
    group = await connection.directory.createGroup(
      { ...wanted, dryRun: false },
      {
        async beforeSend(intent) {
          await journal.beforeSend({ ...intent, made: JSON.stringify(wanted) });
          onSend();
        },
        answerLost: (error) => journal.answerLost(error),
      },
    );
  } catch (error) {
    journal.noteFailure(error);
    throw error;
  }
  const { lostAnswer } = journal;
  const { name, id, slug } = group;
  journal.done({ name, ...defined({ id, slug }) });
  if (lostAnswer !== undefined) throw creatorUnknownError(group, lostAnswer);
  return group;
}

function creatorUnknownError({ name }: Group, lostAnswer: GroupctlError): GroupctlError {
  return new GroupctlError(
    'safety',
    `There is a group ${quote(name)} now, but the answer was lost, so it is not known whether this run or somebody else created it. Nobody was added to it. ${lostAnswer.message}`,
    {
      code: 'outcome-unknown',
      hint: 'Look at the group. If it may go, delete it, and run the same command again.',
    },
  );
}
