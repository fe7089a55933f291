import { serverOfKind, serversWith } from '../../backends/kinds.ts';
import type { Resolution } from '../../backends/port.ts';
import { type ChangeOp, type MemberChange, lineInFile } from '../../domain/change.ts';
import { capitalized } from '../../domain/capitalized.ts';
import { firstAndMore } from '../../domain/first-of.ts';
import type { Group } from '../../domain/group.ts';
import { NO_ACCOUNTS } from '../../domain/accounts.ts';
import type { Accounts } from '../../domain/names.ts';
import { areOneEach, onePerMember } from '../../domain/one-per-member.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { shortened } from '../../domain/shorten.ts';
import { usageError } from '../../errors.ts';
import type { RunContext, RequestedMember } from './plan.ts';
import { ambiguousNameError, noSuchMemberRow } from './member-names.ts';
import { isHeaderOf, severalInOne } from './why-unknown.ts';
import { accountsAmong } from '../accounts.ts';
import { memberNames } from '../group-state.ts';

/** Typed names as changes under the server's spelling, and those that mean nobody. */
export interface Resolved {
  readonly changes: readonly MemberChange[];
  readonly unknown: readonly MemberOutcome[];
}

/**
 * A change for each name that somebody has or may have, and a row for each that nobody has.
 *
 * @param resolutions by the name as typed; a name that is not in it is taken as it is
 * @throws ambiguous (2)
 */
export async function resolvedRows(
  op: ChangeOp,
  requested: readonly RequestedMember[],
  resolutions: ReadonlyMap<string, Resolution>,
  context: RunContext,
): Promise<Resolved> {
  const { directory } = context.connection;
  const changes: MemberChange[] = [];
  const nobody: RequestedMember[] = [];
  const unchecked: string[] = [];
  for (const each of requested) {
    const resolution = resolutions.get(each.name);
    if (resolution?.kind === 'ambiguous') throw ambiguousNameError(each, resolution.names);
    if (resolution?.kind === 'unchecked') unchecked.push(each.name);
    if (resolution?.kind === 'unknown') nobody.push(each);
    else changes.push(changeOf(op, each, resolution));
  }
  const several = await severalInOne(nobody, directory);
  const isOneOfMany = nobody.length > 1;
  const unknown = nobody.map((each) => {
    const resolution = resolutions.get(each.name);
    return noSuchMemberRow(changeOf(op, each, resolution), resolution, {
      // Of a single name nothing would be left.
      skipping: context.options.skipUnknown === true || requested.length === 1,
      directory,
      parts: several.get(each.name),
      isOneOfMany,
      isHeader: !isOneOfMany && isHeaderOf(each, requested),
    });
  });
  if (unchecked.length > 0) {
    const how = op === 'add' ? 'sent' : 'taken';
    const names = firstAndMore(unchecked, shortened, 20);
    context.deps.warn(`The server cannot say who exists; ${how} as typed: ${names}.`);
  }
  return { changes, unknown };
}

/** True if the server is asked who the names are. */
export function checksNames({ connection, options }: RunContext): boolean {
  return connection.userCheck && options.userCheck !== false;
}

/** Which resolved names are one account's: those that nobody was asked about may be in another case. */
export async function accountsOf(
  context: RunContext,
  changes: readonly MemberChange[],
  others?: readonly string[],
): Promise<Accounts> {
  const { directory } = context.connection;
  const names = changes.map(({ member }) => member);
  if (!directory.caseInsensitive && !checksNames(context)) return NO_ACCOUNTS;
  return await accountsAmong(directory, names, others);
}

/**
 * One change for each member, now that the group is known.
 *
 * @param changes as {@link resolvedRows} has them
 */
export async function onceEach(
  changes: readonly MemberChange[],
  group: Group,
  { connection }: RunContext,
): Promise<readonly MemberChange[]> {
  if (areOneEach(changes)) return changes;
  const { directory } = connection;
  // A server without a list of members does not tell their number either.
  const asks = directory.caseInsensitive && group.memberCount !== undefined;
  const members = asks ? await memberNames(group, directory) : [];
  const names = changes.map(({ member }) => member);
  const accounts = await accountsAmong(directory, names, members);
  return onePerMember(changes, { members, accounts });
}

function changeOf(
  op: ChangeOp,
  { type, name, row, earlier }: RequestedMember,
  resolution: Resolution | undefined,
): MemberChange {
  const member = resolution?.kind === 'found' ? resolution.name : name.trim();
  // Not by spreading: there may be 100,000 of them.
  return { op, type, member, requested: name, row, earlier, index: undefined };
}

/** @throws usage (2) for a kind of member that this server does not have */
export function assertTypes(
  requested: readonly RequestedMember[],
  { connection }: RunContext,
): void {
  const { kind, memberTypes } = connection.directory;
  const wrong = requested.find(({ type }) => !memberTypes.includes(type));
  if (wrong === undefined) return;
  const where = lineInFile(wrong.row);
  const servers = serversWith(({ hasIdentities }) => hasIdentities);
  throw usageError(
    `${where}${capitalized(serverOfKind(kind))} has no machine identities.`,
    where === '' ? `--identity works on ${servers} only.` : `Only ${servers} has them.`,
    'not-supported',
  );
}
