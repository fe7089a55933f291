import { sameName } from '../../domain/names.ts';
import { noSuchMemberRow } from '../membership/member-names.ts';
import type { RunContext } from '../membership/plan.ts';
import { checksNames, type Resolved } from '../membership/resolve-names.ts';

/**
 * A recorded name is that very account: one whose name differs in blanks, or in case where the server tells
 * cases apart, is somebody else's. Such a name is unknown, with the other one as the nearest.
 */
export function onlyExact({ changes, unknown }: Resolved, context: RunContext): Resolved {
  const { connection, options } = context;
  // Nobody is asked who that is, so the name goes out as it is on record, blanks and all.
  if (!checksNames(context)) {
    return { changes: changes.map((each) => ({ ...each, member: each.requested })), unknown };
  }
  const { directory } = connection;
  const isSame = (recorded: string, found: string): boolean =>
    recorded === found || (directory.caseInsensitive && sameName(recorded, found));
  const others = changes.filter(({ requested, member }) => !isSame(requested, member));
  if (others.length === 0) return { changes, unknown };
  const facts = {
    ...{ directory, skipping: options.skipUnknown === true, parts: undefined },
    ...{ isOneOfMany: others.length + unknown.length > 1, isHeader: false },
  };
  const rows = others.map(({ member, ...change }) =>
    noSuchMemberRow(
      { ...change, member: change.requested },
      { kind: 'unknown', near: [member] },
      facts,
    ),
  );
  return {
    changes: changes.filter((change) => !others.includes(change)),
    unknown: [...unknown, ...rows],
  };
}
