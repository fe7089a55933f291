import type { MemberChange } from '../../domain/change.ts';
import { firstOf } from '../../domain/first-of.ts';
import type { GroupState } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { GroupctlError } from '../../errors.ts';
import type { Guard } from './plan.ts';

/**
 * The guard of a sync: besides its limits it objects to members who joined since the comparison.
 *
 * @param isCaseSensitive names that differ only in case are two accounts
 */
export function unchangedGuard(
  { group, members }: GroupState,
  wanted: readonly MemberChange[],
  removalGuard: Guard | undefined,
  isCaseSensitive: boolean,
): Guard {
  const keyOf = (name: string): string => (isCaseSensitive ? name : foldName(name));
  const known = new Set([...members, ...wanted].map(({ member }) => keyOf(member)));
  return {
    needsAllMembers: true,
    limits: removalGuard?.limits,
    check: (base, before = 'nothing') => {
      removalGuard?.check(base, before);
      const joined = base.filter((name) => !known.has(keyOf(name)));
      if (joined.length === 0) return;
      const names = firstOf(joined, (name) => name);
      const more = before === 'nothing' ? '' : ' Nothing more was written.';
      throw new GroupctlError(
        'safety',
        `${group.name} has changed since it was compared with the file: ${names} joined it.${more}`,
        {
          code: 'group-changed',
          hint: 'Run the same command again.',
          nothingWritten: before === 'nothing',
        },
      );
    },
  };
}
