import { defined } from '../../domain/defined.ts';
import { quote } from '../../domain/shorten.ts';
import { sameButForCase } from '../../domain/names.ts';
import { noSuchMemberRow } from '../membership/member-names.ts';
import type { RunContext } from '../membership/plan.ts';
import { checksNames, type Resolved } from '../membership/resolve-names.ts';

/**
 * A recorded name is that very account: one whose name differs in blanks or Unicode form, or in case where the
 * server tells cases apart, is somebody else's. Such a name is unknown, with the other one as the nearest.
 */
export function onlyExact(resolved: Resolved, context: RunContext): Resolved {
  const { changes, unknown } = withDirectoryAccounts(resolved, context);
  const { connection, options } = context;
  // Nobody is asked who that is, so the name goes out as it is on record, blanks and all.
  if (!checksNames(context)) {
    return { changes: changes.map((each) => ({ ...each, member: each.requested })), unknown };
  }
  const { directory } = connection;
  const isSame = (recorded: string, found: string): boolean =>
    recorded === found || (directory.caseInsensitive && sameButForCase(recorded, found));
  const others = changes.filter(({ requested, member }) => !isSame(requested, member));
  if (others.length === 0) return { changes, unknown };
  const facts = {
    skipping: options.skipUnknown === true,
    directory,
    parts: undefined,
    isOneOfMany: others.length + unknown.length > 1,
    isHeader: false,
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

/** `CORP\akhan`: no account of the server itself has such a name. */
const OF_A_DOMAIN = /^[^\\]+\\[^\\]+$/;

/** Accounts of an outside directory are in no list of users: the group had them, so they are taken as recorded. */
function withDirectoryAccounts({ changes, unknown }: Resolved, context: RunContext): Resolved {
  if (!context.connection.directory.hasDirectoryAccounts) return { changes, unknown };
  const known = unknown.filter(({ requested }) => OF_A_DOMAIN.test(requested));
  for (const { requested } of known) {
    context.deps.warn(
      `${quote(requested)} is in no list of users. A directory has such names, so it is added as the record has it.`,
    );
  }
  const again = known.map(({ op, type, requested, earlier }) =>
    defined({ op, type, requested, member: requested, earlier }),
  );
  return {
    changes: [...changes, ...again],
    unknown: unknown.filter((row) => !known.includes(row)),
  };
}
