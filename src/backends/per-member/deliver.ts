import { quote } from '../../domain/shorten.ts';
import { type DeliverOptions, SendState } from './send-state.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import { FailedAttempts, neverReached } from '../../http/failures.ts';
import { isLasting } from '../../http/retry.ts';
import { type PollResult, pollMembers, shows } from './poll.ts';
import {
  alreadyRow,
  answeredButAppliedRow,
  doneRow,
  failedRow,
  groupGoneRow,
  mayApply,
  inDoubtRow,
} from '../shared/rows.ts';
import { interruptedRow, notSentRow, noSuchUserRow } from './outcome-rows.ts';
import type { MemberStore, MemberLookup } from './member-store.ts';

/** One change, sent until it is known what became of it (contract: "Outcomes"). */

export interface Delivery {
  readonly row: MemberOutcome;
  /** Accepted, and to be read back. */
  readonly pending: boolean;
  /**
   * An error that other rows will meet as well: for certain, or if it comes several times in a row.
   */
  readonly stop?: { readonly error: GroupctlError; readonly isCertain: boolean };
}

/** How often a write without an answer is sent, at most. */
const SENDS = 3;
const RESEND_MS = 200;

export async function deliver(
  change: MemberChange,
  store: MemberStore,
  o: DeliverOptions,
): Promise<Delivery> {
  const sends = new SendState(o, change, store.call(change.op));
  const delivery = await sendUntilKnown(change, store, o, sends);
  return sends.open ? { ...delivery, row: openRow(change, delivery.row) } : delivery;
}

/** A row of which one call got no answer: what was in effect by the next call counts as its doing. */
function openRow(change: MemberChange, row: MemberOutcome): MemberOutcome {
  const { outcome, verified, user } = row;
  const isThere = outcome === 'already-member' || outcome === 'already-absent';
  return isThere ? doneRow(change, verified, user) : mayApply(row);
}

async function sendUntilKnown(
  change: MemberChange,
  store: MemberStore,
  o: DeliverOptions,
  sends: SendState,
): Promise<Delivery> {
  const failed = new FailedAttempts();
  for (;;) {
    sends.start();
    try {
      const user = await store.write(change.op, o.groupId, change.member, sends);
      sends.answered();
      return { row: doneRow(change, false, user), pending: true };
    } catch (thrown) {
      if (!isGroupctlError(thrown)) throw thrown;
      const error = failed.count(thrown);
      const answer = (error.status ?? 0) >= 300;
      sends.answered(error);
      if (!sends.mayHaveArrived && !answer) return notSent(change, error, sends);
      if (answer) return await answered(change, store, error, o, () => sends.landed());
      const back = neverReached(error) ? undefined : await readBack(change, store, o, true);
      if (back?.kind === 'group-gone') return groupGone(change, back.error, o);
      if (back?.kind === 'unreadable') {
        const row = inDoubtRow(change, error);
        return { row, pending: false, stop: { error, isCertain: false } };
      }
      const lookup = back?.lookups.get(change.member);
      if (shows(lookup, change)) {
        sends.landed();
        return { row: doneRow(change, true, userOf(lookup)), pending: false };
      }
      if (lookup?.kind === 'unsure') return { row: inDoubtRow(change, error), pending: false };
      if (o.signal.aborted || sends.count >= SENDS || isLasting(error))
        return lostForGood(change, error, o.signal.aborted);
      await o.clock
        .sleep(RESEND_MS * 2 ** (sends.count - 1) * (0.5 + o.clock.random() / 2), o.signal)
        .catch(() => undefined);
    }
  }
}

/**
 * The call was never made, or not again: no time left, a wait that is too long, an interrupt, no
 * token; or the intent was not kept.
 */
function notSent(
  change: MemberChange,
  error: GroupctlError,
  { count, refused }: SendState,
): Delivery {
  const before = count > 0;
  // It was read back and not there; now it can no longer be sent again.
  if (before && error.kind === 'interrupted') {
    return { row: inDoubtRow(change, error), pending: false };
  }
  if (error.kind === 'interrupted') return { row: interruptedRow(change), pending: false };
  const row = before || refused ? failedRow(change, error) : notSentRow(change, error, error.code);
  return { row, pending: false, stop: { error, isCertain: true } };
}

function lostForGood(change: MemberChange, error: GroupctlError, aborted: boolean): Delivery {
  const isCertain = neverReached(error);
  if (aborted && !isCertain) return { row: inDoubtRow(change, error), pending: false };
  return {
    row: { ...failedRow(change, error), verified: !isCertain },
    pending: false,
    stop: { error, isCertain },
  };
}

function groupGone(
  change: MemberChange,
  error: GroupctlError,
  { groupName }: DeliverOptions,
): Delivery {
  const row = groupGoneRow(change, reworded(error, { hint: GONE_HINT }), groupName);
  return { row, pending: false, stop: { error, isCertain: true } };
}

async function readBack(
  change: MemberChange,
  store: MemberStore,
  o: DeliverOptions,
  polls: boolean,
): Promise<PollResult> {
  return await pollMembers(store, o.groupId, [change], o.clock, polls && !o.signal.aborted);
}

/** An error status is the result; what it means, and what is so now, is read. */
async function answered(
  change: MemberChange,
  store: MemberStore,
  error: GroupctlError,
  o: DeliverOptions,
  onLanded: () => void,
): Promise<Delivery> {
  const { refusals } = o;
  if (refusals.isAboutCredentials(error)) {
    return {
      row: failedRow(change, error),
      pending: false,
      stop: { error, isCertain: !error.code.startsWith('permission-') },
    };
  }
  const isSaid = refusals.saysAlready(change, error) || refusals.isTwinAdd(change, error);
  const back = await readBack(change, store, o, isSaid);
  if (back.kind === 'group-gone') return groupGone(change, back.error, o);
  if (back.kind === 'read' && shows(back.lookups.get(change.member), change)) onLanded();
  const decided = back.kind === 'read' ? decide(change, error, back, isSaid, o) : undefined;
  const failed = failedRow(change, error);
  const unread = back.kind === 'unreadable' && (error.status ?? 0) >= 500;
  const row = decided ?? (unread ? mayApply(failed) : failed);
  const stop = refusals.endsWholeRun(row, error) ? { stop: { error, isCertain: false } } : {};
  return { row, pending: false, ...stop };
}

function decide(
  change: MemberChange,
  error: GroupctlError,
  back: PollResult & { kind: 'read' },
  isSaid: boolean,
  { groupName, refusals }: DeliverOptions,
): MemberOutcome | undefined {
  const status = error.status ?? 0;
  const lookup = back.lookups.get(change.member);
  if (refusals.isTwinAdd(change, error) && lookup?.kind === 'one' && lookup.isMember) {
    return alreadyRow(change, true, lookup.user);
  }
  if (status >= 500) {
    if (shows(lookup, change)) return verifiedRow(answeredButAppliedRow(change, error, groupName));
    return { ...failedRow(change, error), verified: lookup?.kind === 'one' };
  }
  if (refusals.isAboutGroup(error) && !shows(lookup, change)) {
    // A read still finds the group, so it is not certain that it is gone.
    const message = `${error.message} The group is ${quote(groupName)}; it may have been deleted meanwhile.`;
    return verifiedRow(failedRow(change, reworded(error, { message, hint: GONE_HINT })));
  }
  if (lookup?.kind === 'one') {
    if (shows(lookup, change)) return alreadyRow(change, true, lookup.user);
    if (refusals.saysNobody(error)) return noSuchUserRow(change, error);
    return verifiedRow(failedRow(change, error));
  }
  if (error.code === 'validation' || error.code === 'no-such-route') return undefined;
  if (lookup?.kind === 'unsure') {
    if (status === 404) return noSuchUserRow(change, error);
    return isSaid ? alreadyRow(change, false) : undefined;
  }
  // Nobody of the organization has that name. Older servers call an unknown name not a member.
  if (status !== 404 && change.op === 'remove') return alreadyRow(change, true);
  return noSuchUserRow(change, error);
}

const GONE_HINT = 'List the groups that there are: groupctl security groups list';

/** The same row, as a read agrees with it. */
function verifiedRow(row: MemberOutcome): MemberOutcome {
  return { ...row, verified: true };
}

function userOf(lookup: MemberLookup | undefined): MemberUser | undefined {
  return lookup?.kind === 'one' ? lookup.user : undefined;
}
