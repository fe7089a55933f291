import type { MemberChange } from '../../domain/change.ts';
import { type Accounts, NameIndex } from '../../domain/names.ts';
import { memberKeys } from '../../domain/one-per-member.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { ambiguousMemberError } from '../shared/name-errors.ts';
import { alreadyRow } from '../shared/rows.ts';

/**
 * Sorts the changes into those in effect already and those to write. Changes that turn out to
 * mean the same member are one.
 *
 * @param accounts which names are one account's
 * @throws ambiguous (2)
 */
export function sortChanges(
  changes: readonly MemberChange[],
  members: readonly string[],
  accounts?: Accounts,
): { already: MemberOutcome[]; todo: MemberChange[] } {
  const index = new NameIndex(members, accounts);
  const already: MemberOutcome[] = [];
  const todo: MemberChange[] = [];
  const { keys, areDistinct } = memberKeys(changes);
  // The same member has the same key.
  const seen = areDistinct ? undefined : new Set<string>();
  changes.forEach((change, at) => {
    const match = index.find(change.member, keys[at]);
    if (match.kind === 'ambiguous') throw ambiguousMemberError(change, match.names);
    const present = match.kind === 'one';
    if (seen !== undefined) {
      const key = keys[at] ?? change.member;
      const name = present ? match.name : change.member;
      const isKnown = present || accounts?.has(name) === true;
      // A listed account is another one than its twin, but not than a name that is only typed alike.
      if (seen.has(key) || seen.has(isKnown ? `=${name}` : `~${key}`)) return;
      if (isKnown) seen.add(`=${name}`).add(`~${key}`);
      else seen.add(key);
    }
    // The group's own spelling is what a removal is of, and what is shown.
    // What is spelled so already is taken as it is: there may be 100,000 of them.
    const row =
      present && match.name !== change.member ? { ...change, member: match.name } : change;
    if (present === (change.op === 'add')) already.push(alreadyRow(row, true));
    else todo.push(row);
  });
  return { already, todo };
}
