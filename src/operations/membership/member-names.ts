import { didYouMean, sentences } from '../../domain/sentences.ts';
import type { GroupDirectory, Resolution } from '../../backends/port.ts';
import { notTriedRow } from '../../backends/shared/rows.ts';
import { type MemberChange, lineInFile } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { forShell, inQuotes, quotedIfPadded } from '../../domain/shorten.ts';
import { GroupctlError } from '../../errors.ts';
import type { RequestedMember } from './plan.ts';
import { isUuid } from '../../domain/uuid.ts';
import { idHint, mayBeIdentity, oddity, severalHint, severalWords } from './why-unknown.ts';

/** The names of a command line, and the errors of names that match nobody or several. */

/**
 * Each spelling once, with the spaces around it, because a member may have exactly that name. Who is meant by two
 * spellings is known when the server was asked ({@link onePerMember}): there may be two accounts.
 */
export function distinct(requested: readonly RequestedMember[]): readonly RequestedMember[] {
  if (new Set(requested.map(({ name }) => name)).size === requested.length) return requested;
  const seen = { user: new Set<string>(), identity: new Set<string>() };
  return requested.filter(({ type, name }) => {
    if (seen[type].has(name)) return false;
    seen[type].add(name);
    return true;
  });
}

/** What decides which advice an unknown name gets. */
interface UnknownFacts {
  /** With --skip-unknown, which then need not be named again. */
  readonly skipping: boolean;
  readonly directory: Pick<GroupDirectory, 'kind' | 'hasDirectoryAccounts'>;
  /** Names that somebody has, where it holds several. */
  readonly parts: readonly string[] | undefined;
  /** Other names are unknown, so the error of the run does not repeat each sentence. */
  readonly isOneOfMany: boolean;
  /** It may be the header of a list. */
  readonly isHeader: boolean;
}

/** The outcome of a name that nobody has, with the nearest that somebody has. */
export function noSuchMemberRow(
  change: MemberChange,
  resolution: Resolution | undefined,
  { skipping, directory, parts, isOneOfMany, isHeader }: UnknownFacts,
): MemberOutcome {
  const near = resolution?.kind === 'unknown' ? resolution.near : [];
  const { requested, type, row } = change;
  const member = row === undefined ? { type, name: requested } : { type, name: requested, row };
  const odd = type === 'user' ? oddity(requested, directory.kind, near) : undefined;
  const what = type === 'user' ? 'user named' : 'machine identity with the id';
  const mean = didYouMean(near.map(quotedIfPadded));
  const nobody = sentences(`There is no ${what} ${inQuotes(requested)}.`, odd, mean);
  // A name that is none is not to be added unchecked either.
  const mayBeAccount = parts === undefined && odd === undefined && !isHeader;
  const unlisted = change.op === 'add' && type === 'user' && directory.hasDirectoryAccounts;
  const hints = [
    isOneOfMany ? odd : undefined,
    isHeader ? `If line 1 is a header, use --column=${forShell(requested)}.` : undefined,
    type === 'user' && odd === undefined ? severalHint(member, parts) : undefined,
    unlisted && mayBeAccount ? ADD_HINT : undefined,
    type === 'user' && mayBeIdentity(requested, directory.kind) ? IDENTITY_HINT : undefined,
    type === 'identity' ? idHint(requested) : undefined,
    change.op === 'add' ? undefined : REMOVE_HINT,
    skipping ? undefined : 'To leave unknown names out, use --skip-unknown.',
  ].filter((each) => each !== undefined);
  return {
    ...change,
    outcome: 'no-such-user',
    verified: false,
    error: {
      kind: 'not-found',
      code: 'no-such-user',
      message: parts === undefined ? nobody : severalWords(member, parts),
      ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
      ...(near.length === 0 ? {} : { details: { near } }),
    },
  };
}

/** The outcome of a member who is nobody on another server, and is not guessed at. */
export function noCounterpartRow(
  change: MemberChange,
  why: string,
  { skipping, advice }: { readonly skipping: boolean; readonly advice?: string | undefined },
): MemberOutcome {
  const hints = [skipping ? undefined : 'To copy the others, use --skip-unknown.', advice];
  const hint = hints.filter((each) => each !== undefined).join(' ');
  return {
    ...change,
    outcome: 'no-such-user',
    verified: false,
    error: {
      kind: 'not-found',
      code: 'no-counterpart',
      message: `${change.member} ${why}.`,
      ...(hint === '' ? {} : { hint }),
    },
  };
}

/** A row that was not tried because other names are unknown. */
export function notTriedForUnknown(change: MemberChange): MemberOutcome {
  const message = 'Other names are unknown.';
  return notTriedRow(change, { kind: 'not-found', code: 'not-tried', message });
}

const ADD_HINT =
  'A directory account (AD, LDAP) is not in the list of users: add it with --no-user-check.';
const IDENTITY_HINT =
  'To name machine identities, use --identity, or a file that says their type ("members list --output=csv").';
const REMOVE_HINT = 'This name is not in the group and not on the server.';

/** @returns ambiguous (2) */
export function ambiguousNameError(
  { name, row }: Pick<RequestedMember, 'name' | 'row'>,
  names: readonly string[],
): GroupctlError {
  const can = names.map(quotedIfPadded).join(' or ');
  const message = `${lineInFile(row)}${inQuotes(name)} can mean ${can}.`;
  return new GroupctlError('ambiguous', message, {
    code: 'ambiguous-member',
    hint: 'Type the name exactly as the server spells it.',
    nothingWritten: true,
    details: { member: name, candidates: names },
  });
}

/** Machine identities are named by an id of this form (a UUID). */
export function isLikeAnId({ name }: RequestedMember): boolean {
  return isUuid(name);
}
