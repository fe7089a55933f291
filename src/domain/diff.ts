import type { MemberChange } from './change.ts';
import type { Member, MemberType } from './group.ts';
import { type Accounts, NameIndex } from './names.ts';

/** The difference between the members that a group has and those that it should have. */
export interface MemberDiff {
  readonly add: readonly MemberChange[];
  readonly remove: readonly MemberChange[];
  /** Wanted, and there already. */
  readonly same: readonly MemberChange[];
}

/**
 * @param wanted one addition for everybody who should be a member
 * @param types members of other types stay as they are
 * @param accounts which names are one account's
 */
export function diffMembers(
  current: readonly Member[],
  wanted: readonly MemberChange[],
  types: ReadonlySet<MemberType>,
  accounts?: Accounts,
): MemberDiff {
  const add: MemberChange[] = [];
  const same: MemberChange[] = [];
  const remove: MemberChange[] = [];
  for (const type of types) {
    const names = current.filter((each) => each.type === type).map(({ member }) => member);
    const index = new NameIndex(names, accounts);
    const kept = new Set<string>();
    for (const change of wanted) {
      if (change.type !== type) continue;
      const match = index.find(change.member);
      if (match.kind === 'none') add.push(change);
      else {
        same.push(change);
        // An ambiguous name is refused before the write; here neither of the two is removed.
        for (const name of match.kind === 'one' ? [match.name] : match.names) kept.add(name);
      }
    }
    for (const member of index.names()) {
      if (kept.has(member)) continue;
      remove.push({ op: 'remove', type, member, requested: member });
    }
  }
  return { add, remove, same };
}
