import { quote } from '../../domain/shorten.ts';
import type { ProgetWriting } from './proget-writing.ts';
import type { MemberChange } from '../../domain/change.ts';
import { NameIndex } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { GroupctlError, isGroupctlError, interruptedError } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions, ChangeReport } from '../change-port.ts';
import { pickGroup } from '../shared/pick-group.ts';
import { doneRow, plannedRow } from '../shared/rows.ts';
import {
  changeWholeList,
  type ChangedList,
  type ListWriter,
} from '../whole-list/change-whole-list.ts';
import type { ListPort, Reason } from '../whole-list/list-port.ts';
import { toOutcomes } from '../whole-list/outcomes.ts';
import { dialectFor, type WriteDialect } from './dialect.ts';
import type { ReadGroup } from './reader.ts';
import { lockGroup } from './lock-group.ts';
import { listGoneError, noListError } from './wire/refusal.ts';
import { patiently } from './wire/throttle.ts';

/** The changes of a group, and what takes the report of the write. */
interface Work {
  readonly changes: readonly MemberChange[];
  readonly options: ChangeOptions;
  readonly onReport: (report: ChangeReport) => void;
}

/**
 * Changes a group whose list can be read.
 *
 * @param lock undefined: a dry run
 */
export async function* changeList(
  context: ProgetWriting,
  { group, base }: ReadGroup,
  lock: HeldLock | undefined,
  { changes, options, onReport }: Work,
): AsyncIterable<readonly MemberOutcome[]> {
  const listed = await context.reader.accountsAmong(namesOf(changes), base.members);
  const accounts = options.namesOnRecord === true ? listed.onRecord() : listed;
  const list: ChangedList = {
    name: group.name,
    lock,
    base,
    accounts,
    writerFor: (todo) => listWriter(context, dialectFor(context.dialect, todo), { group, base }),
    onReport,
  };
  yield* changeWholeList(list, changes, options, context);
}

/** The members that these changes name. */
export function namesOf(changes: readonly MemberChange[]): string[] {
  return changes.map(({ member }) => member);
}

/** How a group whose list can be read is written. */
function listWriter(
  context: ProgetWriting,
  dialect: WriteDialect,
  { group, base }: ReadGroup,
): ListWriter {
  const { api, reader } = context;
  // Only a group that the last read showed empty, or that this run has written empty, may be one that the server
  // leaves without a list.
  let isSeenEmpty = base.members.length === 0;
  let isWrittenEmpty = false;
  // Properties that groupctl does not know go back as they were read, with the list of that read.
  let latest = group;
  let earlier: readonly string[] | undefined;
  const port: ListPort = {
    async read() {
      const { groups } = await reader.groups({ interruptible: false });
      if (groups === undefined) throw listGoneError(api.where);
      latest = pickGroup(group.name, groups);
      const mayBeEmpty = isSeenEmpty || isWrittenEmpty;
      const members = await reader.members(latest, groups, { afterWrite: true, mayBeEmpty });
      isSeenEmpty = members.length === 0;
      if (dialect === 'add' && earlier !== undefined) assertKept(earlier, members, latest.name);
      return members;
    },
    async write(members, todo, onSend) {
      isWrittenEmpty ||= members.length === 0;
      if (dialect === 'update') {
        await api.updateGroup({ ...latest, users: [...members] }, onSend);
        return;
      }
      const added = todo.map(({ member }) => member);
      earlier = members.slice(0, members.length - added.length);
      await api.addGroup({ name: latest.name, users: added }, onSend);
    },
    lock: () => lockGroup(context, group.name),
    waitOut: (error) => api.waitOut(error),
  };
  if (dialect === 'add') return { call: 'POST groups/add', port };
  return { call: 'POST groups/update', port, assertWritable: () => api.assertExact(latest) };
}

/**
 * A server without a readable list: the answer to the write is all there is to see. Its write adds
 * and replaces nothing, so it needs no in-flight mark.
 */
export async function addWithoutList(
  { api }: ProgetWriting,
  groupName: string,
  changes: readonly MemberChange[],
  options: ChangeOptions,
): Promise<MemberOutcome[]> {
  assertAdds(api.where, changes);
  const added = changes.map(({ member }) => member);
  let intentRecorded = false;
  const ended = (reason: Reason, sent: boolean): MemberOutcome[] =>
    toOutcomes(changes, { missing: changes, reason, sent, lateWrite: false }, groupName);
  const sending = patiently(api, async () => {
    if (options.signal.aborted) throw interruptedError();
    await options.beforeSend({ call: 'POST groups/add', changes });
    intentRecorded = true;
    try {
      const answer = await api.addGroup({ name: groupName, users: added });
      const shown = new NameIndex(answer?.users ?? []);
      return changes.map((change) => doneRow(change, shown.has(change.member)));
    } catch (error) {
      if (!isGroupctlError(error) || error.status === 429) throw error;
      const kind = whyNotAdded(error);
      return ended({ kind, error }, kind !== 'not-done');
    }
  });
  return await sending.catch((error: unknown) => {
    // Turned away by a 429, and then no time or an interrupt: the journal has an intent, so the
    // rows have outcomes.
    if (!intentRecorded || !isGroupctlError(error)) throw error;
    return ended({ kind: error.kind === 'interrupted' ? 'interrupted' : 'not-done', error }, false);
  });
}

function whyNotAdded(error: GroupctlError): 'answered' | 'not-done' | 'unreadable' {
  if (error.status !== undefined && error.status >= 300) return 'answered';
  return neverReached(error) ? 'not-done' : 'unreadable';
}

/** The older call adds; a server that replaced the list instead has thrown people out. */
function assertKept(
  earlier: readonly string[],
  members: readonly string[],
  groupName: string,
): void {
  const index = new NameIndex(members);
  const lost = earlier.filter((member) => !index.has(member));
  if (lost.length === 0) return;
  throw new GroupctlError(
    'safety',
    `After the write ${quote(groupName)} no longer holds ${lost.map(quote).join(', ')}; before it held: ${earlier.map(quote).join(', ')}.`,
    {
      code: 'members-lost',
      hint: 'This server may replace the list where it should add to it: put the earlier members back, and set --dialect=update in the source.',
      details: { lost, before: earlier },
    },
  );
}

/** What a dry run plans on a server without a readable list. */
export function planWithoutList(
  { api }: ProgetWriting,
  changes: readonly MemberChange[],
): MemberOutcome[] {
  assertAdds(api.where, changes);
  return changes.map((change) => plannedRow(change));
}

/** Without its list, nothing can be taken out of a group. */
function assertAdds(where: string, changes: readonly MemberChange[]): void {
  if (changes.some(({ op }) => op === 'remove')) throw noListError(where, 'remove members');
}
