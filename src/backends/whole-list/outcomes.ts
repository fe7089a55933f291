import { quote } from '../../domain/shorten.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { rowErrorOf } from '../shared/row-error.ts';
import {
  alreadyRow,
  answeredButAppliedRow,
  doneRow,
  failedRow,
  groupGoneRow,
  mayStillApplyRow,
  notKeptRow,
  notTriedRow,
  UNKNOWN_HINT,
  unknownRow,
} from '../shared/rows.ts';
import { accountAmong, storedAs } from './kept.ts';
import type { Convergence } from './list-port.ts';

/** What a convergence means for each of its rows. */

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
    if (missing.has(change)) {
      const row = missingRow(change, end, groupName, stored.get(change));
      return end.mayStillApply === true ? mayStillApplyRow(row) : row;
    }
    // Made by somebody else during the wait: this run did not make it and does not undo it.
    if (byOthers.has(change)) return alreadyRow(change, true);
    if (end.reason?.kind !== 'answered') return doneRow(change, true);
    const { error } = end.reason;
    if (!carried.has(change)) return doneRow(change, true);
    return answeredButAppliedRow(change, error, groupName);
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
        ? notKeptRow(change, groupName, notKeptHint(change, reason.members, groupName))
        : storedAsRow(change, storedAs, groupName);
    case 'answered':
    case 'not-done':
      return failedRow(change, reason.error);
    case 'group-gone':
      return groupGoneRow(change, reason.error, groupName);
    case 'stopped':
      return sent
        ? unknownRow(change, reason.error, reason.error)
        : notTriedRow(change, rowErrorOf(reason.error));
    case 'unreadable':
      if (reason.error.code === 'deadline') {
        return unknownRow(change, reason.error, {
          code: 'not-settled',
          message: `The --deadline of this command ended before it was certain that the change stays in ${quote(groupName)}.`,
        });
      }
      return unknownRow(change, reason.error);
    case 'interrupted':
      return {
        ...change,
        // What was sent and never answered may still take effect.
        outcome: sent ? 'unknown' : 'not-tried',
        verified: false,
        error: {
          kind: 'safety',
          code: 'interrupted',
          message: `${quote(groupName)} did not show the change when the run was interrupted.`,
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
          message: `It is in doubt whether ${quote(change.member)} is in ${quote(groupName)}: the change did not stay there within the settle limit. Others write to the group at the same time, or the server does not do what it says.`,
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
      message: `The server stored ${quote(change.member)} as ${quote(name)}: ${quote(groupName)} shows ${quote(name)} instead.`,
      hint: `Use the name that the server shows. If ${quote(name)} is somebody else, remove ${quote(name)} from ${quote(groupName)}.`,
      details: { storedAs: name },
    },
  };
}

/** Why the server accepts the write and does nothing about this member, as far as it can be told. */
function notKeptHint(change: MemberChange, members: readonly string[], groupName: string): string {
  const account = change.op === 'add' ? accountAmong(change.member, members) : undefined;
  return account === undefined
    ? 'Check on the server whether it can store this member, and whether another program resets the group.'
    : `${quote(groupName)} has the member ${quote(account)}. Check whether that is the same account.`;
}
