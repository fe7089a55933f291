import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome, OutcomeWord } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import { rowError } from '../shared/row-error.ts';
import { accountAmong, storedAs } from './kept.ts';
import type { Convergence } from './list-port.ts';
import { quote } from '../proget/reader.ts';

/** What a convergence means for each of its rows. */

export function doneRow(change: MemberChange, verified: boolean): MemberOutcome {
  return rowOf(change, change.op === 'add' ? 'added' : 'removed', verified);
}

export function alreadyRow(change: MemberChange): MemberOutcome {
  return rowOf(change, change.op === 'add' ? 'already-member' : 'already-absent', true);
}

/** Not by spreading, which takes several times the memory and time of a literal. */
function rowOf(
  { op, type, member, requested, row, index }: MemberChange,
  outcome: OutcomeWord,
  verified: boolean,
): MemberOutcome {
  return { op, type, member, requested, row, index, outcome, verified };
}

export function toOutcomes(
  changes: readonly MemberChange[],
  end: Convergence<MemberChange>,
  groupName: string,
): MemberOutcome[] {
  const allDone = end.missing.length === 0 && end.reason === undefined;
  if (allDone && (end.byOthers ?? []).length === 0) {
    return changes.map((change) => doneRow(change, true));
  }
  const stored = storedNames(changes, end);
  const missing = new Set(end.missing);
  const byOthers = new Set(end.byOthers);
  const carried = end.reason?.kind === 'answered' ? new Set(end.reason.carried ?? changes) : NONE;
  return changes.map((change) => {
    if (missing.has(change)) return missingRow(change, end, groupName, stored.get(change));
    // Made by somebody else while we waited: it was not ours, and is not ours to undo.
    if (byOthers.has(change)) return alreadyRow(change);
    if (end.reason?.kind !== 'answered') return doneRow(change, true);
    const { error } = end.reason;
    if (!carried.has(change)) return doneRow(change, true);
    const said = /[.!?…]$/.test(error.message) ? error.message : `${error.message}.`;
    const shows = `${said} Yet ${groupName} now shows the change.`;
    return failedRow(change, error, { code: 'answered-but-applied', message: shows });
  });
}

const NONE: ReadonlySet<MemberChange> = new Set();

function missingRow(
  change: MemberChange,
  { reason, sent }: Convergence<MemberChange>,
  groupName: string,
  storedAs: string | undefined,
): MemberOutcome {
  switch (reason?.kind) {
    case 'not-kept':
      return storedAs === undefined
        ? notKeptRow(change, reason.members, groupName)
        : storedAsRow(change, storedAs, groupName);
    case 'answered':
    case 'not-done':
      return failedRow(change, reason.error);
    case 'group-gone':
      return failedRow(change, reason.error, {
        code: 'group-gone',
        message: `${groupName} was deleted meanwhile; nothing more was written.`,
      });
    case 'stopped':
      return sent ? unknownRow(change, reason.error) : failedRow(change, reason.error);
    case 'unreadable':
      if (reason.error.code === 'deadline') {
        return unknownRow(change, reason.error, {
          code: 'not-settled',
          message: `The --deadline of this command ended before it was certain that the change stays in ${groupName}.`,
        });
      }
      return unknownRow(change, reason.error, {
        code: 'outcome-unknown',
        message: `It was sent, and whether it took effect could not be read: ${reason.error.message}`,
      });
    case 'interrupted':
      return {
        ...change,
        // What was sent and never answered may still take effect.
        outcome: sent ? 'unknown' : 'failed',
        verified: false,
        error: {
          kind: 'safety',
          code: 'interrupted',
          message: `${groupName} did not show the change when the run was interrupted.`,
          hint: UNKNOWN_HINT,
        },
      };
    case 'not-settled':
    case undefined:
      return {
        ...change,
        outcome: 'unknown',
        verified: false,
        error: {
          kind: 'safety',
          code: 'not-settled',
          message: `It is in doubt whether ${change.member} is in ${groupName}: the change did not stay there within the settle limit. Others write to the group at the same time, or the server does not do what it says.`,
          hint: 'Look at the group, and run the command again when the others are done; --settle-limit gives it more time.',
        },
      };
  }
}

function storedNames(
  changes: readonly MemberChange[],
  { missing, reason }: Convergence<MemberChange>,
): ReadonlyMap<MemberChange, string> {
  if (reason?.kind !== 'not-kept') return new Map();
  return storedAs(missing, changes, reason.before, reason.members);
}

/** The server keeps another name than the one it was sent. */
function storedAsRow(change: MemberChange, name: string, groupName: string): MemberOutcome {
  return {
    ...change,
    outcome: 'failed',
    verified: true,
    error: {
      kind: 'refused',
      code: 'stored-as',
      message: `The server stored ${quote(change.member)} as ${quote(name)}: ${groupName} shows ${quote(name)} instead.`,
      hint: `Use the name that the server shows. If ${quote(name)} is somebody else, remove ${quote(name)} from ${groupName}.`,
      details: { storedAs: name },
    },
  };
}

/** The server accepts the write and does nothing about this member. */
function notKeptRow(
  change: MemberChange,
  members: readonly string[],
  groupName: string,
): MemberOutcome {
  const still = change.op === 'add' ? 'does not show' : 'still shows';
  const account = change.op === 'add' ? accountAmong(change.member, members) : undefined;
  const message = `The server accepted the change, but ${groupName} ${still} ${quote(change.member)}.`;
  const hint =
    account === undefined
      ? 'Check on the server whether it can store this member, and whether another program resets the group.'
      : `${groupName} has the member ${quote(account)}. Check whether that is the same account.`;
  return {
    ...change,
    outcome: 'failed',
    verified: true,
    error: { kind: 'refused', code: 'not-kept', message, hint },
  };
}

const UNKNOWN_HINT = 'Look at the group; running the same command again is safe.';

function failedRow(
  change: MemberChange,
  error: GroupctlError,
  say: { code: string; message: string } = error,
): MemberOutcome {
  const refused = error.kind === 'unauthorized' || error.kind === 'refused';
  const outcome = refused ? 'refused' : 'failed';
  return { ...change, outcome, verified: false, error: rowError(error, say) };
}

function unknownRow(
  change: MemberChange,
  error: GroupctlError,
  say: { code: string; message: string } = error,
): MemberOutcome {
  // What stopped us for safety has its own advice; what the network says is about the network.
  const hint = error.kind === 'safety' && error.hint !== undefined ? error.hint : UNKNOWN_HINT;
  const told = { ...rowError(error, say), kind: 'safety', hint } as const;
  return { ...change, outcome: 'unknown', verified: false, error: told };
}
