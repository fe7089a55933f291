import type { MemberChange } from '../../domain/change.ts';
import { foldNames, NameIndex } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, GroupctlError as OurError, isGroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import { neverReached } from '../../http/failures.ts';
import type { HeldLock } from '../../state/lock/lock.ts';
import type { ChangeOptions, ChangeReport } from '../port.ts';
import type { ProgetApi } from './api.ts';
import type { SecurityGroup } from './convert.ts';
import { converge } from '../whole-list/converge.ts';
import type { WriteDialect } from './dialect.ts';
import type { Base, ListPort, Reason } from '../whole-list/list-port.ts';
import { lockGroup } from './lock-group.ts';
import { alreadyRow, doneRow, toOutcomes } from '../whole-list/outcomes.ts';
import { pickGroup, type ProgetReader, quote } from './reader.ts';
import { listGone, noList } from './wire/refusal.ts';
import { patiently } from './wire/throttle.ts';

export interface WriterContext {
  readonly api: ProgetApi;
  readonly reader: ProgetReader;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly settleMs: number;
  readonly settleLimitMs: number;
  readonly lock: (groupName: string) => Promise<HeldLock>;
}

/** A group under its lock, as it was read there. */
export interface HeldGroup {
  readonly lock: HeldLock;
  readonly group: SecurityGroup;
  readonly base: Base;
}

export interface WriteResult extends ChangeReport {
  readonly rows: readonly MemberOutcome[];
}

/**
 * Sorts the changes into what is so already and what has to be written. Changes that turn out to
 * mean the same member are one.
 */
export function sortChanges(
  changes: readonly MemberChange[],
  members: readonly string[],
): { already: MemberOutcome[]; todo: MemberChange[] } {
  const index = new NameIndex(members);
  const already: MemberOutcome[] = [];
  const todo: MemberChange[] = [];
  const keys = foldNames(changes.map(({ member }) => member));
  // Whoever is the same member has the same key.
  const seen = new Set(keys).size === keys.length ? undefined : new Set<string>();
  changes.forEach((change, at) => {
    const match = index.find(change.member, keys[at]);
    if (match.kind === 'ambiguous') throw ambiguousMember(change, match.names);
    const present = match.kind === 'one';
    if (seen !== undefined) {
      const who = present ? match.name : (keys[at] ?? change.member);
      if (seen.has(who)) return;
      seen.add(who);
    }
    // The group's own spelling is what a removal is of, and what is shown.
    // What is spelled so already is taken as it is: there may be 100,000 of them.
    const row =
      present && match.name !== change.member ? { ...change, member: match.name } : change;
    if (present === (change.op === 'add')) already.push(alreadyRow(row));
    else todo.push(row);
  });
  return { already, todo };
}

/** Writes to a group whose list can be read: merge, write, read back, settle. */
export async function writeMembers(
  context: WriterContext,
  dialect: WriteDialect,
  held: HeldGroup,
  todo: readonly MemberChange[],
  options: ChangeOptions,
): Promise<WriteResult> {
  const name = held.group.name;
  const call = dialect === 'add' ? 'POST groups/add' : 'POST groups/update';
  const port = listPort(context, dialect, held);
  // Once there is an intent in the journal, there are outcomes too.
  const so = { told: false, rewritten: false };
  const end = await converge(port, todo, held.lock, held.base, {
    clock: context.clock,
    settleMs: context.settleMs,
    limitMs: context.settleLimitMs,
    signal: options.signal,
    onTaken: () => options.onTaken?.(),
    onRewrite() {
      if (!so.rewritten)
        options.warn(`${name} does not show the change, or no longer: writing it again.`);
      so.rewritten = true;
    },
    async beforeWrite(changes, before, written) {
      if (dialect === 'update') context.api.assertExact(port.latest());
      so.told = true;
      options.verifyBase(before, written);
      await options.beforeSend({ call, changes, before });
    },
  });
  if (end.reason?.kind === 'interrupted' && !end.sent && !so.told) {
    throw new OurError('interrupted', 'Interrupted; nothing was written.');
  }
  return {
    rows: toOutcomes(todo, end, name),
    lateWrite: end.lateWrite,
    memberCount: port.shown(),
  };
}

function listPort(
  context: WriterContext,
  dialect: WriteDialect,
  held: HeldGroup,
): ListPort & { shown(): number | undefined; latest(): SecurityGroup } {
  const { api, reader } = context;
  // What we do not know of a group goes back as it was read, with the list it was read with.
  let latest = held.group;
  let earlier: readonly string[] | undefined;
  let count: number | undefined;
  return {
    async read() {
      const { groups } = await reader.groups({ interruptible: false });
      if (groups === undefined) throw listGone(api.where);
      latest = pickGroup(held.group.name, groups);
      const members = await reader.members(latest, groups, { afterWrite: true });
      count = members.length;
      if (dialect === 'add' && earlier !== undefined) assertKept(earlier, members, latest.name);
      return members;
    },
    async write(members, todo, onSend) {
      if (dialect === 'update') {
        await api.updateGroup({ ...latest, users: [...members] }, onSend);
        return;
      }
      const added = todo.map(({ member }) => member);
      earlier = members.slice(0, members.length - added.length);
      await api.addGroup({ name: latest.name, users: added }, onSend);
    },
    /** How many members there were at the last look. */
    shown: () => count,
    latest: () => latest,
    lock: () => lockGroup(context, held.group.name),
    waitOut: (error) => api.waitOut(error),
  };
}

/**
 * A server without a readable list: the answer to the write is all there is to see. Its write adds
 * and replaces nothing, so it needs no in-flight mark.
 */
export async function addUnseen(
  { api }: WriterContext,
  groupName: string,
  changes: readonly MemberChange[],
  options: ChangeOptions,
): Promise<WriteResult> {
  assertAdds(api.where, changes);
  const added = changes.map(({ member }) => member);
  const so = { told: false };
  const ended = (reason: Reason, sent: boolean): MemberOutcome[] =>
    toOutcomes(changes, { missing: changes, reason, sent, lateWrite: false }, groupName);
  const sending = patiently(api, async () => {
    if (options.signal.aborted)
      throw new OurError('interrupted', 'Interrupted; nothing was written.');
    await options.beforeSend({ call: 'POST groups/add', changes });
    so.told = true;
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
  const rows = await sending.catch((error: unknown) => {
    // Turned away by a 429, and then no time or an interrupt: the journal has an intent, so the
    // rows have outcomes.
    if (!so.told || !isGroupctlError(error)) throw error;
    return ended({ kind: error.kind === 'interrupted' ? 'interrupted' : 'not-done', error }, false);
  });
  return { rows, lateWrite: false };
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
  throw new OurError(
    'safety',
    `After the write ${groupName} no longer holds ${lost.map(quote).join(', ')}; before it held: ${earlier.map(quote).join(', ')}.`,
    {
      code: 'members-lost',
      hint: 'This server may replace the list where it should add to it: put the earlier members back, and set --dialect=update in the source.',
      details: { lost, before: earlier },
    },
  );
}

/** Without its list, nothing can be taken out of a group. */
export function assertAdds(where: string, changes: readonly MemberChange[]): void {
  if (changes.some(({ op }) => op === 'remove')) throw noList(where, 'remove members');
}

function ambiguousMember(change: MemberChange, names: readonly string[]): GroupctlError {
  return new OurError(
    'ambiguous',
    `${quote(change.requested)} can mean ${names.map(quote).join(' or ')}.`,
    {
      code: 'ambiguous-member',
      hint: 'Nothing was written. Type the name exactly as the server spells it.',
      details: { member: change.requested, candidates: names },
    },
  );
}
