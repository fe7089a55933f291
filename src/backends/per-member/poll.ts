import type { MemberChange } from '../../domain/change.ts';
import { type GroupctlError, isGroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { MemberStore, ReadOptions, Seen } from './member-store.ts';

/** Reading back what became of a write; a replica may be some seconds behind. */

/** Milliseconds between looks; about 3 s in all (contract: "Finding users", replicas). */
const POLLS_MS = [100, 200, 400, 800, 1500];

/** The read-back of a write under way: an interrupt waits for it. */
const BACK: ReadOptions = { interruptible: false, patient: true };

export type PollResult =
  | { readonly kind: 'read'; readonly seen: Map<string, Seen> }
  | { readonly kind: 'group-gone'; readonly error: GroupctlError }
  | { readonly kind: 'unreadable'; readonly error: GroupctlError };

/** True if what was read is what the change was to bring about. */
export function shows(seen: Seen | undefined, { op }: MemberChange): boolean {
  if (seen?.kind === 'one') return seen.isMember === (op === 'add');
  return seen?.kind === 'none' && op === 'remove';
}

/**
 * Reads the members that were changed, and reads again while some do not show it and it may still
 * come.
 *
 * @param polls false: one look
 */
export async function pollMembers(
  store: MemberStore,
  groupId: string,
  changes: readonly MemberChange[],
  clock: Clock,
  polls: boolean,
): Promise<PollResult> {
  let seen = new Map<string, Seen>();
  let left = changes;
  try {
    for (let look = 0; ; look++) {
      const names = left.map(({ member }) => member);
      const shown = await store.lookAmongMembers(groupId, names, BACK);
      if (look === 0) seen = shown;
      else for (const [name, state] of shown) seen.set(name, state);
      left = left.filter((change) => !shows(seen.get(change.member), change));
      const wait = polls ? POLLS_MS[look] : undefined;
      if (left.length === 0 || wait === undefined) return { kind: 'read', seen };
      await clock.sleep(wait);
    }
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    if (error.code === 'not-found') return { kind: 'group-gone', error };
    return { kind: 'unreadable', error };
  }
}
