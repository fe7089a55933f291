import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { quote } from '../../domain/shorten.ts';
import { type GroupctlError, reworded } from '../../errors.ts';
import { mayHaveActed } from '../shared/in-flight.ts';
import {
  alreadyRow,
  answeredButAppliedRow,
  failedRow,
  groupGoneRow,
  mayStillApplyRow,
} from '../shared/rows.ts';
import type { DeliverOptions } from './deliver-options.ts';
import type { MemberLookup, RefusalScope } from './member-store.ts';
import { noSuchUserRow } from './outcome-rows.ts';
import { type PollResult, shows } from './poll.ts';
import { sentences } from '../../domain/sentences.ts';

/**
 * What became of a change that the server answered with an error status, by the answer and by what a
 * read shows after it. The first line that fits decides; a 408 and a page are as a 5xx, as they come
 * from something in between.
 *
 * | answer             | read back            | row |
 * |--------------------|----------------------|-----|
 * | any                | cannot be read       | failed; a 5xx may still apply |
 * | another run's twin | is a member          | already a member |
 * | 5xx                | shows the change     | failed: answered with an error, applied all the same |
 * | 5xx                | does not             | failed |
 * | no such group      | does not             | failed: the group may have been deleted |
 * | other 4xx          | found, shows it      | already so |
 * | other 4xx          | found, does not      | no such user, where the answer says so, else failed |
 * | other 4xx          | nobody, or not clear | {@link unseenRow} |
 */
export function errorAnswerRow(
  change: MemberChange,
  error: GroupctlError,
  back: PollResult,
  options: DeliverOptions,
): MemberOutcome {
  const isInDoubt = mayHaveActed(error);
  if (back.kind !== 'read') {
    const row = failedRow(change, error);
    return isInDoubt ? mayStillApplyRow(row) : row;
  }
  const { groupName, refusals } = options;
  const lookup = back.lookups.get(change.member);
  const isShown = shows(lookup, change);
  if (refusals.isTwinAdd(change, error) && lookup?.kind === 'one' && lookup.isMember) {
    return alreadyRow(change, true, lookup.user);
  }
  if (isInDoubt) {
    if (isShown) return verifiedRow(answeredButAppliedRow(change, error, groupName));
    return { ...failedRow(change, error), verified: lookup?.kind === 'one' };
  }
  if (refusals.isAboutGroup(error) && !isShown) return maybeGoneRow(change, error, groupName);
  if (lookup?.kind === 'one') {
    if (isShown) return alreadyRow(change, true, lookup.user);
    if (refusals.saysNobody(error)) return noSuchUserRow(change, error);
    return verifiedRow(failedRow(change, error));
  }
  return unseenRow(change, error, lookup, options);
}

/** A 4xx, and the read does not show the member: nobody has the name, or it cannot be told. */
function unseenRow(
  change: MemberChange,
  error: GroupctlError,
  lookup: MemberLookup | undefined,
  { refusals }: DeliverOptions,
): MemberOutcome {
  // About the request, not about the member.
  if (error.code === 'validation' || error.code === 'no-such-route') {
    return failedRow(change, error);
  }
  const isNotFound = error.status === 404;
  if (lookup?.kind === 'unsure' && !isNotFound) {
    return saysItIsSo(change, error, refusals)
      ? alreadyRow(change, false)
      : failedRow(change, error);
  }
  // Older servers call an unknown name not a member.
  if (lookup?.kind !== 'unsure' && !isNotFound && change.op === 'remove') {
    return alreadyRow(change, true);
  }
  return noSuchUserRow(change, error);
}

/** True if the answer says that the change is in effect: "already a member". */
export function saysItIsSo(
  change: MemberChange,
  error: GroupctlError,
  refusals: RefusalScope,
): boolean {
  return refusals.saysAlready(change, error) || refusals.isTwinAdd(change, error);
}

/** A read has not found the group. */
export function goneRow(
  change: MemberChange,
  error: GroupctlError,
  groupName: string,
): MemberOutcome {
  return groupGoneRow(change, reworded(error, { hint: GONE_HINT }), groupName);
}

/** A read still finds the group, so it is not certain that it is gone. */
function maybeGoneRow(
  change: MemberChange,
  error: GroupctlError,
  groupName: string,
): MemberOutcome {
  const group = `The group is ${quote(groupName)}; it may have been deleted meanwhile.`;
  const message = sentences(error.message, group);
  return verifiedRow(failedRow(change, reworded(error, { message, hint: GONE_HINT })));
}

const GONE_HINT = 'List the groups that the server has now.';

/** The same row, as a read agrees with it. */
function verifiedRow(row: MemberOutcome): MemberOutcome {
  return { ...row, verified: true };
}
