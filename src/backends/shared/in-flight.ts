import { hash } from 'node:crypto';
import type { MemberChange } from '../../domain/change.ts';
import type { GroupctlError } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { MarkedWrite, SentWrite } from '../../state/lock/in-flight.ts';

/** What the in-flight mark of a write says, and what an answer means for it. */

/** Two lists with the same members have the same fingerprint, whatever their order. */
export function fingerprint(members: readonly string[]): string {
  const text = JSON.stringify(members.toSorted());
  return hash('sha256', text);
}

/** The fingerprint that stands for a group that was deleted. */
export const GROUP_GONE = 'no-group';

/** One member is written: by a key, as a mark holds no names. */
export function memberWrite({ op, type, member }: MemberKey): MarkedWrite {
  const key = hash('sha256', `${type}\n${member}`);
  return { op, member: key };
}

type MemberKey = Pick<MemberChange, 'op' | 'type' | 'member'>;

/**
 * Notes an error on the mark of its write. An answer clears the mark; that of a proxy which no longer waited
 * does not, and neither does a missing one. A firewall's page comes before the server's work or after it.
 *
 * @param handedOver false: the request was not sent at all
 * @returns true if the write may still take effect
 */
export function noteFailure(sent: SentWrite, failure: GroupctlError, handedOver: boolean): boolean {
  if (!handedOver || neverReached(failure) || failure.status === 429) sent.neverLeft();
  else if (failure.status !== undefined && !isOfProxy(failure.status)) sent.answered();
  else return true;
  return false;
}

/**
 * True for an answer of a proxy, a load balancer or a firewall, which does not know what became of the
 * request: by its status, or a page where the server sends none.
 */
export function isFromBetween({ status = 0, fromBetween }: GroupctlError): boolean {
  return isOfProxy(status) || fromBetween === true;
}

/** A proxy that waits no longer for the server, which may still be at work. */
function isOfProxy(status: number): boolean {
  return status === 408 || (status >= 502 && status <= 504) || (status >= 520 && status <= 529);
}

/** True if the server may have done what it was asked, though it answered with an error status. */
export function mayHaveActed(error: GroupctlError): boolean {
  return (error.status ?? 0) >= 500 || isFromBetween(error);
}
