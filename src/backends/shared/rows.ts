import { quote } from '../../domain/shorten.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { MemberOutcome, OutcomeError, OutcomeWord } from '../../domain/outcome.ts';
import { type GroupctlError, reworded } from '../../errors.ts';
import { rowErrorOf } from './row-error.ts';
import { sentences } from '../../domain/sentences.ts';

/** What became of one change, as a row: those that both engines make. */

export function doneRow(change: MemberChange, verified: boolean, user?: MemberUser): MemberOutcome {
  return rowOf(change, change.op === 'add' ? 'added' : 'removed', verified, user);
}

export function alreadyRow(
  change: MemberChange,
  verified: boolean,
  user?: MemberUser,
): MemberOutcome {
  return rowOf(change, change.op === 'add' ? 'already-member' : 'already-absent', verified, user);
}

export function plannedRow(change: MemberChange, user?: MemberUser): MemberOutcome {
  return rowOf(change, 'planned', false, user);
}

/** Not by spreading, which takes several times the memory and time of a literal. */
function rowOf(
  { op, type, member, requested, row, index }: MemberChange,
  outcome: OutcomeWord,
  verified: boolean,
  user: MemberUser | undefined,
): MemberOutcome {
  return { op, type, member, requested, row, index, outcome, verified, user };
}

/** The code and sentence of a row, where they are not the error's own. */
interface Wording {
  readonly code: string;
  readonly message: string;
}

/** It was not done; refused, if the server or the credentials do not allow it. */
export function failedRow(
  change: MemberChange,
  error: GroupctlError,
  wording: Wording = error,
): MemberOutcome {
  const refused = error.kind === 'unauthorized' || error.kind === 'refused';
  const outcome = refused ? 'refused' : 'failed';
  return { ...change, outcome, verified: false, error: rowErrorOf(error, wording) };
}

/** The same row, of a write without an answer: what is not known to be in effect may still take effect. */
export function mayStillApplyRow(row: MemberOutcome): MemberOutcome {
  const { outcome, error } = row;
  if (!OPEN.has(outcome) || error === undefined || EFFECT_KNOWN.has(error.code)) return row;
  return { ...row, error: { ...error, mayApply: true } };
}

const OPEN: ReadonlySet<OutcomeWord> = new Set(['failed', 'refused', 'unknown']);

/** Failures after which the effect is known. */
const EFFECT_KNOWN: ReadonlySet<string> = new Set(['answered-but-applied', 'group-gone']);

/** It was never sent, for a reason that is not about this row. */
export function notTriedRow(change: MemberChange, error: OutcomeError): MemberOutcome {
  return { ...change, outcome: 'not-tried', verified: false, error };
}

/** The server answered with an error, and did it all the same. */
export function answeredButAppliedRow(
  change: MemberChange,
  error: GroupctlError,
  groupName: string,
): MemberOutcome {
  const yet = `Yet ${quote(groupName)} now shows the change.`;
  const message = sentences(error.message, yet);
  return failedRow(change, error, { code: 'answered-but-applied', message });
}

/** The group was deleted while the run was under way. */
export function groupGoneRow(
  change: MemberChange,
  error: GroupctlError,
  groupName: string,
): MemberOutcome {
  // A group with a similar name is of no help to somebody who had the right one.
  const isNear = error.code === 'no-such-group';
  const gone = isNear ? reworded(error, { hint: undefined, details: undefined }) : error;
  return failedRow(change, gone, {
    code: 'group-gone',
    message: `${quote(groupName)} was deleted meanwhile; nothing more was written.`,
  });
}

export const UNKNOWN_HINT = 'Look at the group; running the same command again is safe.';

/** It was sent; whether it took effect, or stays, is not known. */
export function unknownRow(
  change: MemberChange,
  error: GroupctlError,
  wording: Wording = {
    code: 'outcome-unknown',
    message: `It was sent, and whether it took effect could not be read: ${error.message}`,
  },
): MemberOutcome {
  // A stop for safety has its own advice; what the network says is about the network.
  const hint = error.kind === 'safety' && error.hint !== undefined ? error.hint : UNKNOWN_HINT;
  const facts = { ...rowErrorOf(error, wording), kind: 'safety', hint } as const;
  return { ...change, outcome: 'unknown', verified: false, error: facts };
}

/** Accepted, and the group does not show it, however often it is read. */
export function notKeptRow(change: MemberChange, groupName: string, hint: string): MemberOutcome {
  const { member, op } = change;
  const shows = op === 'add' ? 'does not show' : 'still shows';
  const message = `The server accepted the change, but ${quote(groupName)} ${shows} ${quote(member)}.`;
  return {
    ...change,
    outcome: 'failed',
    verified: true,
    error: { kind: 'refused', code: 'not-kept', message, hint },
  };
}
