import type { MemberChange } from '../../domain/change.ts';
import { isDone, type MemberOutcome } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import { isOfTheGroup } from './wire/hints.ts';
import { LOGIN_CODES } from './wire/login-refusal.ts';

/**
 * Whom a refusal concerns. Words decide no outcome; they only say whether a replica that disagrees
 * is worth another look, and whether the next rows are likely to hear the same.
 */

/** Refusals that are about us, whoever the member is, so that nothing needs to be read. */
const ABOUT_US: ReadonlySet<string> = new Set([
  ...LOGIN_CODES,
  'organization-unknown',
  'token-refused',
  'permission-denied',
  'permission-boundary',
]);

export function isAboutCredentials({ code }: GroupctlError): boolean {
  return ABOUT_US.has(code);
}

export function isAboutGroup({ status, message }: GroupctlError): boolean {
  return status === 404 && /find group/i.test(message);
}

/** "Already a member" of an addition, "not a member" of a removal. */
export function saysAlready({ op }: MemberChange, { message }: GroupctlError): boolean {
  const words = op === 'add' ? /already (part|a member) of/i : /not (part|a member) of the group/i;
  return words.test(message);
}

/**
 * A 500 of adding a machine identity that broke the unique key: somebody else has just added it
 * (contract: "Machine identities"), so that a read tells what is so.
 */
export function isTwinAdd({ op, type }: MemberChange, error: GroupctlError): boolean {
  return (
    op === 'add' && type === 'identity' && error.status === 500 && error.serverError === 'Create'
  );
}

/** True if what came of this row may come of every other one, as it is not about its member. */
export function endsWholeRun(row: MemberOutcome, error: GroupctlError): boolean {
  // The list is still to be had, and yet the group is not: the next rows will hear the same.
  if (isAboutGroup(error)) return true;
  if (isDone(row.outcome) || row.outcome === 'no-such-user') return false;
  if (saysAlready(row, error) || /part of the organization/i.test(error.message)) return false;
  if (error.kind === 'refused') return isOfTheGroup(error.message);
  return error.kind !== 'not-found';
}
