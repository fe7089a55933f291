import type { GroupDirectory, Resolution } from '../../backends/port.ts';
import { type ChangeOp, type MemberChange, placeOf } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import { areOneEach, onePerMember } from '../../domain/one-per-member.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { shown } from '../../domain/shorten.ts';
import { usageError } from '../../errors.ts';
import type { RunContext, RequestedMember } from './plan.ts';
import { ambiguousName, unknownRow } from './member-names.ts';
import { isHeaderOf, severalInOne } from './why-unknown.ts';

/** Typed names as changes under the server's spelling, and those that mean nobody. */
export interface Resolved {
  readonly changes: readonly MemberChange[];
  readonly unknown: readonly MemberOutcome[];
}

/**
 * Asks the server who the typed names are, as far as names are checked there.
 *
 * @param group whose members need no check, as whom a group holds exists
 * @throws ambiguous (2), usage (2) for a kind of member that this server does not have
 */
export async function resolveTyped(
  op: ChangeOp,
  typed: readonly RequestedMember[],
  context: RunContext,
  group?: Group,
): Promise<Resolved> {
  const { directory } = context.connection;
  assertTypes(typed, context);
  const resolved = await resolutions(typed, context, group);
  const changes: MemberChange[] = [];
  const unknown: MemberOutcome[] = [];
  const unchecked: string[] = [];
  const nobody = typed.filter(({ name }) => resolved.get(name)?.kind === 'unknown');
  const several = await severalInOne(nobody, directory);
  const isOneOfMany = nobody.length > 1;
  for (const each of typed) {
    const resolution = resolved.get(each.name);
    if (resolution?.kind === 'ambiguous') throw ambiguousName(each, resolution.names);
    const change = changeOf(op, each, resolution);
    if (resolution?.kind === 'unchecked') unchecked.push(each.name);
    if (resolution?.kind !== 'unknown') changes.push(change);
    else {
      unknown.push(
        unknownRow(change, resolution, {
          skipping: context.options.skipUnknown === true,
          directory,
          parts: several.get(each.name),
          isOneOfMany,
          isHeader: !isOneOfMany && isHeaderOf(each, typed),
        }),
      );
    }
  }
  if (unchecked.length > 0) {
    const how = op === 'add' ? 'sent' : 'taken';
    const names = someOf(unchecked);
    context.deps.warn(`The server cannot say who exists; ${how} as typed: ${names}.`);
  }
  return { changes, unknown };
}

/** True if the server is asked who the names are. */
function checksNames({ connection, options }: RunContext): boolean {
  return connection.userCheck && options.userCheck !== false;
}

/**
 * True if the server is asked who the names are, so that the group is to be read only after that:
 * nothing may stand between reading a list and writing it.
 */
export function asksFirst(context: RunContext): boolean {
  return context.connection.directory.writes === 'whole-list' && checksNames(context);
}

/** True where resolved names are as the server spells them, and it takes another case for another. */
export function namesAreCaseSensitive(context: RunContext): boolean {
  return !context.connection.directory.caseInsensitive && checksNames(context);
}

/** Names that need no check resolve to themselves. */
async function resolutions(
  typed: readonly RequestedMember[],
  context: RunContext,
  group: Group | undefined,
): Promise<Map<string, Resolution>> {
  const { directory } = context.connection;
  if (!checksNames(context)) return await heldAsTyped(typed, directory, group);
  if (group === undefined) return await directory.resolve(typed);
  const names = typed.map(({ name }) => name);
  const present = new Map(await directory.membersAmong(group, names));
  // A name with blanks around it may be somebody's who is not in the group.
  for (const name of names) {
    if (name !== name.trim() && present.get(name) !== name) present.delete(name);
  }
  const asked = typed.filter(({ name }) => !present.has(name));
  const resolved =
    asked.length === 0 ? new Map<string, Resolution>() : await directory.resolve(asked);
  for (const [typedAs, name] of present) resolved.set(typedAs, { kind: 'found', name });
  return resolved;
}

/**
 * Names with blanks around them that the group holds exactly so: only these are sent with them where
 * names are not checked.
 */
async function heldAsTyped(
  typed: readonly RequestedMember[],
  directory: GroupDirectory,
  group: Group | undefined,
): Promise<Map<string, Resolution>> {
  const padded = typed.map(({ name }) => name).filter((name) => name !== name.trim());
  // A server without a list of members does not tell their number either.
  const isRead = directory.writes === 'per-member' || group?.memberCount !== undefined;
  if (group === undefined || padded.length === 0 || !isRead) return new Map();
  const present = await directory.membersAmong(group, padded);
  const held = padded.filter((name) => present.get(name) === name);
  return new Map(held.map((name) => [name, { kind: 'found', name }]));
}

/**
 * One change for each member, now that the group is known.
 *
 * @param changes as {@link resolveTyped} has them
 */
export async function onceEach(
  changes: readonly MemberChange[],
  group: Group,
  { connection }: RunContext,
): Promise<readonly MemberChange[]> {
  if (areOneEach(changes)) return changes;
  const { directory } = connection;
  const { caseInsensitive: caseless } = directory;
  // A server without a list of members does not tell their number either.
  const asks = caseless && group.memberCount !== undefined;
  const members = asks ? (await directory.snapshot([group]))[0]?.members : undefined;
  return onePerMember(changes, { caseless, held: (members ?? []).map(({ member }) => member) });
}

/** How many names a note takes. */
const NAMED = 20;

function someOf(names: readonly string[]): string {
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).map(shown).join(', ')}${more}`;
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
function assertTypes(typed: readonly RequestedMember[], { connection }: RunContext): void {
  const { kind, memberTypes } = connection.directory;
  const wrong = typed.find(({ type }) => !memberTypes.includes(type));
  if (wrong === undefined) return;
  const where = placeOf(wrong.row);
  throw usageError(
    `${where}A ${kind} server has no machine identities;`,
    where === '' ? '--identity is for infisical.' : 'only infisical has them.',
    'not-supported',
  );
}
