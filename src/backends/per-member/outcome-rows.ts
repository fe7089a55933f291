import type { MemberChange } from '../../domain/change.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { FailureKind, MemberOutcome } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import { rowError } from '../shared/row-error.ts';

/** What became of one change, as a row. */

export function doneRow(change: MemberChange, verified: boolean, user?: MemberUser): MemberOutcome {
  const outcome = change.op === 'add' ? 'added' : 'removed';
  return { ...change, outcome, verified, ...(user === undefined ? {} : { user }) };
}

export function alreadyRow(
  change: MemberChange,
  verified: boolean,
  user?: MemberUser,
): MemberOutcome {
  const outcome = change.op === 'add' ? 'already-member' : 'already-absent';
  return { ...change, outcome, verified, ...(user === undefined ? {} : { user }) };
}

export function plannedRow(change: MemberChange, user?: MemberUser): MemberOutcome {
  return {
    ...change,
    outcome: 'planned',
    verified: false,
    ...(user === undefined ? {} : { user }),
  };
}

/** The server answered, and its answer is the result; `verified`: a read agrees. */
export function answeredRow(
  change: MemberChange,
  error: GroupctlError,
  verified: boolean,
): MemberOutcome {
  const refused = error.kind === 'unauthorized' || error.kind === 'refused';
  const outcome = refused ? 'refused' : 'failed';
  return { ...change, outcome, verified, error: rowError(error) };
}

/** It answered with an error, and did it all the same. */
export function answeredButAppliedRow(
  change: MemberChange,
  error: GroupctlError,
  groupName: string,
): MemberOutcome {
  const said = /[.!?…]$/.test(error.message) ? error.message : `${error.message}.`;
  const message = `${said} Yet ${groupName} now shows the change.`;
  return {
    ...change,
    outcome: 'failed',
    verified: true,
    error: { ...rowError(error), code: 'answered-but-applied', message },
  };
}

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
      ...rowError(error),
      kind: 'not-found',
      code: 'no-such-user',
      message: `There is no ${what} named ${change.member} in the organization.`,
      hint: `Check the ${who} of this organization.`,
    },
  };
}

export function unknownRow(change: MemberChange, error: GroupctlError): MemberOutcome {
  return {
    ...change,
    outcome: 'unknown',
    verified: false,
    error: {
      ...rowError(error),
      kind: 'safety',
      code: 'outcome-unknown',
      hint: 'Look at the group; running the same command again is safe.',
      message: `It was sent, and whether it took effect could not be read: ${error.message}`,
    },
  };
}

/**
 * A row that was not sent, because of what another row showed. It has failed and is not refused, as
 * nobody refused it, so that it is tried when the run is resumed; the kind is that of the error.
 */
export function notSentRow(
  change: MemberChange,
  error: GroupctlError,
  code = error.code === 'deadline' ? error.code : 'not-sent',
): MemberOutcome {
  const message = `It was not sent. ${error.message}`;
  return {
    ...change,
    outcome: 'failed',
    verified: false,
    error: rowError(error, { code, message }),
  };
}

export function interruptedRow(change: MemberChange): MemberOutcome {
  return failed(change, 'safety', 'interrupted', 'It was not sent: the run was interrupted.');
}

export function unaddressableRow(change: MemberChange, why: string): MemberOutcome {
  const message = `${JSON.stringify(change.member)} cannot be ${
    change.op === 'add' ? 'added' : 'removed'
  } through this API: ${why}.`;
  return {
    ...failed(change, 'refused', 'not-addressable', message),
    outcome: 'refused',
  };
}

/** Accepted, and after some seconds of looking the group does not show it. */
export function notKeptRow(row: MemberOutcome, groupName: string): MemberOutcome {
  const { member, op } = row;
  const still = op === 'add' ? 'does not show' : 'still shows';
  const message = `The server accepted the change, but ${groupName} ${still} "${member}".`;
  const why =
    op === 'add'
      ? 'The user may not have finished signing up (older servers then do nothing), or a replica is slow.'
      : 'A replica may be slow.';
  const hint = `${why} You can safely run the same command again.`;
  return {
    ...row,
    outcome: 'failed',
    verified: true,
    error: { kind: 'refused', code: 'not-kept', message, hint },
  };
}

function failed(
  change: MemberChange,
  kind: FailureKind,
  code: string,
  message: string,
): MemberOutcome {
  return { ...change, outcome: 'failed', verified: false, error: { kind, code, message } };
}
