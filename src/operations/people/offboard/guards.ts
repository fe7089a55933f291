import type { Deps, WriteOptions } from '../../../cli/deps.ts';
import { listOf } from '../../../domain/offboard.ts';
import { asGroupctlError, GroupctlError, isGroupctlError, reworded } from '../../../errors.ts';
import { guardFor, type GuardOptions } from '../../membership/guard.ts';
import type { Guard } from '../../membership/plan.ts';
import { guardOf, type GroupMembership, membershipsByGroup } from './memberships.ts';
import { asMembers, type FoundAccount } from './look.ts';

/** The guards of every group at once, before the first write: one that objects stops all of it. */

export interface GuardedOptions extends GuardOptions, WriteOptions {
  readonly keys?: boolean;
  readonly allSources?: boolean;
}

/**
 * What the guards object to, on all sources; undefined: the writes may begin. Each write asks its
 * guard again, as the group may have changed since.
 */
export async function guardStop(
  found: readonly FoundAccount[],
  options: GuardedOptions,
  deps: Deps,
): Promise<GroupctlError | undefined> {
  const stops: GroupctlError[] = [];
  for (const each of found) {
    const person = await personStop(each, options, deps);
    const own = person === undefined ? await groupStops(each, options, deps) : [person];
    // A group of that name may be on every source.
    const said = (stop: GroupctlError): GroupctlError =>
      reworded(stop, { message: `${each.source}: ${stop.message}` });
    stops.push(...(options.allSources === true ? own.map(said) : own));
  }
  return asOne(stops);
}

/** A protected member, and the account that groupctl itself uses: their keys must not go either. */
async function personStop(
  found: FoundAccount,
  options: GuardedOptions,
  deps: Deps,
): Promise<GroupctlError | undefined> {
  const { connection, ref, sighting, holdings } = found;
  const keys = options.keys === true ? listOf(holdings.apiKeys) : [];
  if (sighting.memberships.length + keys.length === 0) return undefined;
  const { member } = sighting;
  const change = { op: 'remove', type: ref.type, member, requested: ref.name } as const;
  const limits = { ...options, allowEmpty: true, maxRemovalPercent: 100, maxRemovals: 1 };
  const context = { connection, options, deps };
  const every = { name: 'every group' };
  const guard = await guardFor(every, [change], limits, context, asMembers(found));
  return objection(guard, [member], found);
}

/** Limits, and groups that would be left without members. */
async function groupStops(
  found: FoundAccount,
  options: GuardedOptions,
  deps: Deps,
): Promise<GroupctlError[]> {
  const stops: GroupctlError[] = [];
  const person = { ...options, allowProtected: true, allowSelf: true };
  for (const held of membershipsByGroup(found)) {
    const whole = (await guardOf(held, found, person, deps))?.needsAllMembers === true;
    const base = whole ? await membersOf(held, found) : undefined;
    const limits =
      base === undefined ? { ...person, allowEmpty: true, maxRemovalPercent: 100 } : person;
    const guard = await guardOf(held, found, limits, deps);
    const stop = objection(guard, base ?? held.members, found);
    if (stop !== undefined) stops.push(stop);
  }
  return stops;
}

/** Undefined where they cannot be read: the run over that group says why. */
async function membersOf(
  { group }: GroupMembership,
  { connection }: FoundAccount,
): Promise<readonly string[] | undefined> {
  try {
    const [state] = await connection.directory.snapshot([group]);
    return state?.members.map(({ member }) => member);
  } catch (error) {
    if (asGroupctlError(error).kind === 'interrupted') throw error;
    return undefined;
  }
}

function objection(
  guard: Guard | undefined,
  base: readonly string[],
  { source }: FoundAccount,
): GroupctlError | undefined {
  try {
    guard?.check(base);
    return undefined;
  } catch (error) {
    if (!isGroupctlError(error) || error.kind !== 'safety') throw error;
    error.source ??= source;
    return error;
  }
}

interface Objection {
  readonly code: string;
  readonly message: string;
  readonly option: string;
}

/** How many objections are told in the sentence; the details have all of them. */
const TOLD = 5;

function asOne(stops: readonly GroupctlError[]): GroupctlError | undefined {
  const [first] = stops;
  if (first === undefined || stops.length === 1) return first;
  const guards = stops.flatMap(({ source, details }) =>
    (details as { guards: Objection[] }).guards.map((guard) => ({ source, ...guard })),
  );
  const said = stops.slice(0, TOLD).map(({ message }) => message);
  if (stops.length > TOLD) said.push(`And ${stops.length - TOLD} more.`);
  const lifting = lowestEnough(guards.map(({ option }) => option)).join(' ');
  const sources = new Set(stops.map(({ source }) => source));
  return new GroupctlError('safety', said.join(' '), {
    code: first.code,
    hint: `If that is meant, run it again with ${lifting}.`,
    nothingWritten: true,
    details: { guards },
    source: sources.size === 1 ? first.source : undefined,
  });
}

/** Each option once; of a limit the value that is enough for every group. */
function lowestEnough(options: readonly string[]): string[] {
  const most = new Map<string, number | undefined>();
  for (const option of options) {
    const [name = '', value] = option.split('=');
    const number = value === undefined ? undefined : Number(value);
    most.set(name, number === undefined ? undefined : Math.max(number, most.get(name) ?? 0));
  }
  return [...most].map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
}
