import type { MemberChange } from '../../domain/change.ts';
import { firstOf } from '../../domain/first-of.ts';
import type { GroupState } from '../../domain/group.ts';
import { type Accounts, NameIndex } from '../../domain/names.ts';
import { GroupctlError } from '../../errors.ts';
import type { Guard } from './plan.ts';

/**
 * The guard of a sync: besides its limits it objects to members who joined since the comparison.
 *
 * @param accounts which names are one account's
 */
export function unchangedGuard(
  { group, members }: GroupState,
  wanted: readonly MemberChange[],
  removalGuard: Guard | undefined,
  accounts: Accounts,
): Guard {
  const names = [...members, ...wanted].map(({ member }) => member);
  const known = new NameIndex(names, accounts);
  return {
    needsAllMembers: true,
    limits: removalGuard?.limits,
    check: (base, before = 'nothing') => {
      removalGuard?.check(base, before);
      const joined = base.filter((name) => !known.has(name));
      if (joined.length === 0) return;
      const who = firstOf(joined, (name) => name);
      const more = before === 'nothing' ? '' : ' Nothing more was written.';
      throw new GroupctlError(
        'safety',
        `${group.name} has changed since it was compared with the file: ${who} joined it.${more}`,
        {
          code: 'group-changed',
          hint: 'Run the same command again.',
          nothingWritten: before === 'nothing',
        },
      );
    },
  };
}
