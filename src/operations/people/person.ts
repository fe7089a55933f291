import { serverOfKind, serversWith } from '../../backends/kinds.ts';
import type { GroupDirectory, Membership } from '../../backends/port.ts';
import type { Connection, Deps } from '../../cli/deps.ts';
import { capitalized } from '../../domain/capitalized.ts';
import { lineInFile } from '../../domain/change.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import { inQuotes, shortened } from '../../domain/shorten.ts';
import { bothGivenError, GroupctlError, usageError } from '../../errors.ts';
import type { RequestedMember } from '../membership/plan.ts';
import { ambiguousNameError } from '../membership/member-names.ts';
import { idHint, oddity } from '../membership/why-unknown.ts';
import { didYouMean, sentences } from '../../domain/sentences.ts';

/** One person, or one machine identity, and where a server has them. */

export interface PersonOptions {
  readonly member?: string;
  readonly identity?: string;
}

/** @throws usage (2) when both are given */
export function personFrom({ member, identity }: PersonOptions): MemberRef {
  if (member !== undefined && identity !== undefined) {
    throw bothGivenError('--member', '--identity');
  }
  return member === undefined
    ? { type: 'identity', name: (identity ?? '').trim() }
    : { type: 'user', name: member };
}

/** What a server knows of a name. */
export type PersonLookup =
  | {
      readonly kind: 'found';
      /** The server's spelling. */
      readonly member: string;
      readonly memberships: readonly Membership[];
      /** Groups that may hold them or not: the server does not tell who is in these. */
      readonly hiddenGroups: readonly Group[];
      /** Members whose names differ only by blanks around them: other accounts, as it seems. */
      readonly padded: readonly Membership[];
      /** The server cannot say who exists: a typing error would look the same. */
      readonly isUnchecked: boolean;
    }
  /** Nobody has that name, or this kind of server has nobody of that type. */
  | { readonly kind: 'nobody'; readonly near: readonly string[] };

/**
 * The groups that hold somebody, by the rules of names in domain/names.ts.
 *
 * @param isOneOfSeveral that a source has nobody of that type is an answer there, and no mistake
 * @throws ambiguous (2) `ambiguous-member`; what the backend throws
 */
export async function findPerson(
  { directory, userCheck }: Pick<Connection, 'directory' | 'userCheck'>,
  ref: RequestedMember,
  isOneOfSeveral: boolean,
): Promise<PersonLookup> {
  if (isOneOfSeveral && !(await directory.hasType(ref.type))) return { kind: 'nobody', near: [] };
  const resolution = (await directory.resolve([ref])).get(ref.name);
  if (resolution?.kind === 'ambiguous') throw ambiguousNameError(ref, resolution.names);
  // Where names are not checked, one that nobody has may be a directory account in no group.
  if (resolution?.kind === 'unknown' && userCheck) return { kind: 'nobody', near: resolution.near };
  const member = resolution?.kind === 'found' ? resolution.name : ref.name.trim();
  const hiddenGroups: Group[] = [];
  const padded: Membership[] = [];
  const memberships = await directory.groupsOf(
    { type: ref.type, name: member },
    (group) => hiddenGroups.push(group),
    (membership) => padded.push(membership),
  );
  const isUnchecked = resolution?.kind === 'unchecked';
  return { kind: 'found', member, memberships, hiddenGroups, padded, isUnchecked };
}

/** Names that may or may not exist. */
export function warnUnchecked(
  asked: readonly { readonly source: string; readonly person: PersonLookup }[],
  deps: Pick<Deps, 'warn'>,
): void {
  for (const { source, person } of asked) {
    if (person.kind !== 'found' || !person.isUnchecked) continue;
    deps.warn(`${source} cannot say who exists; ${shortened(person.member)} is taken as typed.`);
  }
}

/** @returns not-found (4) `no-such-user` with the near names */
export function nobodyNamedError(
  { type, name, row }: RequestedMember,
  near: readonly string[],
  where: string,
): GroupctlError {
  const what = type === 'user' ? 'user named' : 'machine identity with the id';
  const odd = type === 'user' ? oddity(name) : undefined;
  const nobody = `${lineInFile(row)}There is no ${what} ${inQuotes(name)} on ${where}.`;
  return new GroupctlError('not-found', sentences(nobody, odd), {
    code: 'no-such-user',
    hint: didYouMean(near.map(shortened)) ?? (type === 'identity' ? idHint(name) : undefined),
    ...(near.length === 0 ? {} : { details: { near } }),
  });
}

/** The same of all sources that were asked, with the near names of each. */
export function nobodyOnAnyError(
  ref: MemberRef,
  asked: readonly { readonly source: string; readonly person: PersonLookup }[],
): GroupctlError {
  const near = asked.flatMap(({ person }) => (person.kind === 'nobody' ? person.near : []));
  const where = asked.map(({ source }) => source).join(', ');
  return nobodyNamedError(ref, [...new Set(near)], where);
}

/** The same where not every source could be asked: it fails with what `missed` failed with. */
export function nobodyReachedError(nobody: GroupctlError, missed: GroupctlError): GroupctlError {
  const hint = sentences(nobody.hint, missed.hint);
  return new GroupctlError(missed.kind, sentences(nobody.message, missed.message), {
    code: missed.code,
    hint: hint === '' ? undefined : hint,
    details: { ...(nobody.details as object | undefined), ...(missed.details as object) },
  });
}

export const HIDDEN_HINT = 'Look at these groups on the server.';

/** The note about a group without its members; with its source, if there are several. */
export function hiddenGroupWords({ name }: Group, source?: string): string {
  const the = source === undefined ? 'The' : `On ${source} the`;
  return `${the} server does not tell who is in ${inQuotes(name)}.`;
}

/** @throws usage (2) where a kind of server has no members of that type */
export function assertHasType({ kind, memberTypes }: GroupDirectory, { type }: MemberRef): void {
  if (memberTypes.includes(type)) return;
  throw usageError(
    `${capitalized(serverOfKind(kind))} has no machine identities.`,
    `--identity works on ${serversWith(({ hasIdentities }) => hasIdentities)} only.`,
    'not-supported',
  );
}
