import type { Resolution } from '../../../../backends/port.ts';
import type { ChangeOp, MemberChange } from '../../../../domain/change.ts';
import type { MemberRef } from '../../../../domain/group.ts';
import { foldName } from '../../../../domain/names.ts';
import type { MemberOutcome } from '../../../../domain/outcome.ts';
import { GroupctlError } from '../../../../errors.ts';

/** The names of a command line, and what is said of those that mean nobody or two. */

/**
 * Trimmed, each once. An addition takes a name once however it is written; a removal takes every
 * spelling, as a group can hold two that differ in case only.
 */
export function distinct(refs: readonly MemberRef[], op: ChangeOp): MemberRef[] {
  const seen = new Set<string>();
  return refs.flatMap(({ type, name }) => {
    const trimmed = name.trim();
    const key = `${type} ${op === 'add' ? foldName(trimmed) : trimmed}`;
    if (trimmed === '' || seen.has(key)) return [];
    seen.add(key);
    return [{ type, name: trimmed }];
  });
}

/** The rows in the order in which their names were typed. */
export function inOrder(
  typed: readonly MemberRef[],
  rows: readonly MemberOutcome[],
): MemberOutcome[] {
  const place = new Map(typed.map(({ name }, at) => [name, at]));
  const at = ({ requested }: MemberOutcome): number => place.get(requested) ?? typed.length;
  return [...rows].sort((a, b) => at(a) - at(b));
}

/** What decides which advice an unknown name gets. */
export interface UnknownFacts {
  /** With --skip-unknown, which then need not be named again. */
  readonly skipping: boolean;
  /** Some accounts of this server are in no list of users. */
  readonly hasDirectoryAccounts: boolean;
}

/** The outcome of a name that nobody has, with the nearest that somebody has. */
export function unknownRow(
  change: MemberChange,
  resolution: Resolution | undefined,
  { skipping, hasDirectoryAccounts }: UnknownFacts,
): MemberOutcome {
  const near = resolution?.kind === 'unknown' ? resolution.near : [];
  const mean = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  const what = change.type === 'user' ? 'user named' : 'machine identity with the id';
  const unlisted = change.op === 'add' && change.type === 'user' && hasDirectoryAccounts;
  const hints = [
    unlisted ? ADD_HINT : change.op === 'add' ? '' : REMOVE_HINT,
    skipping ? '' : 'To leave unknown names out, use --skip-unknown.',
  ].filter((each) => each !== '');
  return {
    ...change,
    outcome: 'no-such-user',
    verified: false,
    error: {
      kind: 'not-found',
      code: 'no-such-user',
      message: `There is no ${what} ${change.requested}.${mean}`,
      ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
      ...(near.length === 0 ? {} : { details: { near } }),
    },
  };
}

const ADD_HINT =
  'A directory account (AD, LDAP) is not in the list of users: add it with --no-user-check.';
const REMOVE_HINT = 'Nobody has that name, in this group or elsewhere.';

/** @returns ambiguous (2) */
export function ambiguousName(name: string, names: readonly string[]): GroupctlError {
  return new GroupctlError('ambiguous', `"${name}" can mean ${names.join(' or ')}.`, {
    code: 'ambiguous-member',
    hint: 'Nothing was written. Type the name exactly as the server spells it.',
    details: { member: name, candidates: names },
  });
}
