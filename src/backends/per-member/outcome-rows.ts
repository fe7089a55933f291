import { quote } from '../../domain/shorten.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import { rowErrorOf } from '../shared/row-error.ts';
import { notKeptRow, notTriedRow } from '../shared/rows.ts';

/** What became of one change, as a row: those that only this engine makes. */

export function noSuchUserRow(change: MemberChange, error: GroupctlError): MemberOutcome {
  const [what, who] =
    change.type === 'identity'
      ? ['machine identity', 'id: it has to be that of a machine identity']
      : ['user', 'user name: it has to be that of a user'];
  return {
    ...change,
    outcome: 'no-such-user',
    verified: false,
    error: {
      ...rowErrorOf(error),
      kind: 'not-found',
      code: 'no-such-user',
      message: `There is no ${what} named ${quote(change.member)} in the organization.`,
      hint: `Check the ${who} of this organization.`,
    },
  };
}

/** A row that was not sent, because of what another row showed; the kind is that of the error. */
export function notSentRow(
  change: MemberChange,
  error: GroupctlError,
  code = error.code === 'deadline' ? error.code : 'not-sent',
): MemberOutcome {
  return notTriedRow(change, rowErrorOf(error, { code, message: error.message }));
}

export function interruptedRow(change: MemberChange): MemberOutcome {
  const error = {
    kind: 'safety',
    code: 'interrupted',
    message: 'The run was interrupted.',
  } as const;
  return notTriedRow(change, error);
}

export function unaddressableRow(change: MemberChange, why: string): MemberOutcome {
  const message = `${JSON.stringify(change.member)} cannot be ${
    change.op === 'add' ? 'added' : 'removed'
  } through this API: ${why}.`;
  const error = { kind: 'refused', code: 'not-addressable', message } as const;
  return { ...change, outcome: 'refused', verified: false, error };
}

/** Accepted, and the group does not show it after several seconds of reads. */
export function notShownRow(row: MemberOutcome, groupName: string): MemberOutcome {
  const why =
    row.op === 'add'
      ? 'The user may not have finished signing up (older servers then do nothing), or a replica is slow.'
      : 'A replica may be slow.';
  return notKeptRow(row, groupName, `${why} You can safely run the same command again.`);
}
