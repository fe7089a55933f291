import type { MemberChange } from '../../domain/change.ts';
import { type GroupctlError, isGroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { MemberStore, ReadOptions, MemberLookup } from './member-store.ts';

/** Reading back what became of a write; a replica may be some seconds behind. */

/** Milliseconds between reads; about 3 s in all (contract: "Finding users", replicas). */
const POLLS_MS = [100, 200, 400, 800, 1500];

/** The read-back of a write under way: an interrupt waits for it. */
const BACK: ReadOptions = { interruptible: false, patient: true, mostlyMembers: true };

export type PollResult =
  | { readonly kind: 'read'; readonly lookups: Map<string, MemberLookup> }
  | { readonly kind: 'group-gone'; readonly error: GroupctlError }
  | { readonly kind: 'unreadable'; readonly error: GroupctlError };

/** True if what was read is what the change was to bring about. */
export function shows(lookup: MemberLookup | undefined, { op }: MemberChange): boolean {
  if (lookup?.kind === 'one') return lookup.isMember === (op === 'add');
  return lookup?.kind === 'none' && op === 'remove';
}

/**
 * Reads the members that were changed, and reads again while some do not show it and it may still
 * come.
 *
 * @param polls false: one read
 */
export async function pollMembers(
  store: MemberStore,
  groupId: string,
  changes: readonly MemberChange[],
  clock: Clock,
  polls: boolean,
): Promise<PollResult> {
  let lookups = new Map<string, MemberLookup>();
  let left = changes;
  try {
    for (let reads = 0; ; reads++) {
      const names = left.map(({ member }) => member);
      const found = await store.lookUp(groupId, names, BACK);
      if (reads === 0) lookups = found;
      else for (const [name, state] of found) lookups.set(name, state);
      left = left.filter((change) => !shows(lookups.get(change.member), change));
      const wait = polls ? POLLS_MS[reads] : undefined;
      if (left.length === 0 || wait === undefined) return { kind: 'read', lookups };
      await clock.sleep(wait);
    }
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    if (error.kind === 'not-found') return { kind: 'group-gone', error };
    return { kind: 'unreadable', error };
  }
}
