import type { MemberChange } from '../../domain/change.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { ambiguousMemberError } from '../shared/name-errors.ts';
import { alreadyRow } from '../shared/rows.ts';
import { unaddressableRow } from './outcome-rows.ts';
import type { MemberLookup, MemberStore } from './member-store.ts';

/** A change that has to be sent, under the server's own spelling. */
export interface Todo {
  readonly change: MemberChange;
  readonly store: MemberStore;
  readonly user: MemberUser | undefined;
}

export interface Sorted {
  /** What is in effect already, and what cannot be sent. */
  readonly rows: readonly MemberOutcome[];
  /** One lane for each member: never two calls under way for one (group, user). */
  readonly lanes: readonly (readonly Todo[])[];
  readonly todo: readonly Todo[];
  /** Of the names concerned, those that are members. */
  readonly present: readonly string[];
}

/**
 * Sorts changes by what was read of their members.
 *
 * @throws ambiguous (2): nothing was sent
 */
export function sortChanges(
  changes: readonly MemberChange[],
  lookupOf: (change: MemberChange) => MemberLookup | undefined,
  storeOf: (change: MemberChange) => MemberStore,
): Sorted {
  const rows: MemberOutcome[] = [];
  const lanes = new Map<string, Todo[]>();
  const present = new Set<string>();
  for (const typed of changes) {
    const lookup = lookupOf(typed);
    if (lookup?.kind === 'ambiguous') throw ambiguousMemberError(typed, lookup.names);
    const known = lookup?.kind === 'one' ? lookup : undefined;
    const change = known === undefined ? typed : { ...typed, member: known.name };
    if (known?.isMember === true) present.add(known.name);
    const store = storeOf(change);
    const key = `${change.type} ${change.member}`;
    const lane = lanes.get(key);
    if (lane === undefined && known !== undefined && known.isMember === (change.op === 'add')) {
      rows.push(alreadyRow(change, true, known.user));
      continue;
    }
    const why = store.unaddressable(change.member);
    if (why !== undefined) {
      rows.push(unaddressableRow(change, why));
      continue;
    }
    const todo = { change, store, user: known?.user };
    if (lane === undefined) lanes.set(key, [todo]);
    else lane.push(todo);
  }
  const all = [...lanes.values()];
  return { rows, lanes: all, todo: all.flat(), present: [...present] };
}
