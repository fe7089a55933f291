import type { Deps } from '../../../cli/deps.ts';
import type { GuardStop } from '../../../domain/guards.ts';
import { listOf } from '../../../domain/offboard.ts';
import { asGroupctlError, GroupctlError } from '../../../errors.ts';
import {
  guardHint,
  guardOption,
  type GuardReport,
  stoppedSentences,
} from '../../../output/results/guard.ts';
import { guardFor, objectionOf, reportsOf } from '../../membership/guard.ts';
import type { Guard } from '../../membership/plan.ts';
import { asMembers, type FoundAccount } from './look-up.ts';
import type { GroupMembership } from './memberships.ts';
import type { RemoveOptions } from './remove-options.ts';
import { memberNames } from '../../group-state.ts';

/** The guards of every group, asked before the first write: one that objects stops all of it. */

export interface GuardedGroup extends GroupMembership {
  /** Asked again by each write, because the group may have changed since. */
  readonly guard: Guard | undefined;
}

export interface GuardedAccount extends FoundAccount {
  readonly groups: readonly GuardedGroup[];
}

/** Builds the guard of each group, once. */
export async function guardAccounts(
  found: readonly FoundAccount[],
  options: RemoveOptions,
  deps: Deps,
): Promise<GuardedAccount[]> {
  const accounts: GuardedAccount[] = [];
  for (const account of found) {
    const context = { connection: account.connection, options, deps };
    const groups: GuardedGroup[] = [];
    for (const each of account.groups) {
      const { group, label, changes } = each;
      // One member may always go, so no share of the others has to be known for it.
      const limits = changes.length === 1 ? { ...options, maxRemovalPercent: 100 } : options;
      const named = { ...group, name: label };
      const guard = await guardFor(named, changes, limits, context, asMembers(account));
      groups.push({ ...each, guard });
    }
    accounts.push({ ...account, groups });
  }
  return accounts;
}

/** What the guards object to, on all sources; undefined: the writes may begin. */
export async function guardFailure(
  accounts: readonly GuardedAccount[],
  several: boolean,
  options: RemoveOptions,
  deps: Deps,
): Promise<GroupctlError | undefined> {
  const stops: Stop[] = [];
  for (const account of accounts) {
    const { source } = account;
    const ofPerson = await personStop(account, options, deps);
    if (ofPerson !== undefined) stops.push({ source, guards: ofPerson });
    const limits = new Set(ofPerson?.map(({ limit }) => limit));
    for (const guards of await groupStops(account)) {
      const others = guards.filter(({ limit }) => !limits.has(limit));
      if (others.length > 0) stops.push({ source, guards: others });
    }
  }
  return asOneError(stops, several);
}

/** A protected member, and the account that groupctl itself uses: their keys must not go either. */
async function personStop(
  account: GuardedAccount,
  options: RemoveOptions,
  deps: Deps,
): Promise<readonly GuardReport[] | undefined> {
  const { connection, ref, person, holdings, groups } = account;
  const keys = options.keys === true ? listOf(holdings.apiKeys) : [];
  if (groups.length + keys.length === 0) return undefined;
  const { member } = person;
  const change = { op: 'remove', type: ref.type, member, requested: ref.name } as const;
  const open = { allowEmpty: true, maxRemovalPercent: 100, maxRemovals: 1 };
  const limits = { ...options, ...open };
  const context = { connection, options, deps };
  const every = { name: 'every group' };
  const guard = await guardFor(every, [change], limits, context, asMembers(account));
  const objection = objectionOf(guard, [member]);
  return objection && reportsOf(objection);
}

async function groupStops(account: GuardedAccount): Promise<(readonly GuardReport[])[]> {
  const stops: (readonly GuardReport[])[] = [];
  for (const each of account.groups) {
    const base =
      each.guard?.needsAllMembers === true ? await memberNamesIfRead(each, account) : removed(each);
    // Where the members cannot be read, the run over that group says why.
    const objection = base && objectionOf(each.guard, base);
    if (objection !== undefined) stops.push(reportsOf(objection));
  }
  return stops;
}

function removed({ changes }: GroupMembership): string[] {
  return changes.map(({ member }) => member);
}

async function memberNamesIfRead(
  { group }: GroupMembership,
  { connection }: FoundAccount,
): Promise<readonly string[] | undefined> {
  try {
    return await memberNames(group, connection.directory);
  } catch (error) {
    if (asGroupctlError(error).kind === 'interrupted') throw error;
    return undefined;
  }
}

interface Stop {
  readonly source: string;
  readonly guards: readonly GuardReport[];
}

/** How many objections the sentence has; the details have all of them. */
const SHOWN = 5;

function asOneError(stops: readonly Stop[], several: boolean): GroupctlError | undefined {
  const guards = stops.flatMap((stop) =>
    stop.guards.map((guard) => ({ source: stop.source, ...guard })),
  );
  const [first] = guards;
  if (first === undefined) return undefined;
  const messages = stops.map((stop) => {
    const sentences = stoppedSentences(stop.guards.map(({ message }) => message));
    // A group of that name may be on every source.
    return several ? `${stop.source}: ${sentences}` : sentences;
  });
  if (stops.length > SHOWN)
    messages.splice(SHOWN, stops.length, `And ${stops.length - SHOWN} more.`);
  const sources = new Set(stops.map(({ source }) => source));
  return new GroupctlError('safety', messages.join(' '), {
    code: first.code,
    hint: guardHint(guards, enoughForAll(guards)),
    nothingWritten: true,
    details: { guards },
    source: sources.size === 1 ? first.source : undefined,
  });
}

/** Each option once; of a limit the value that is enough for every group. */
function enoughForAll(stops: readonly GuardStop[]): string[] {
  const needed = (stop: GuardStop): number => (stop.code === 'too-many-removals' ? stop.needed : 0);
  const most = new Map<string, GuardStop>();
  for (const stop of stops) {
    const known = most.get(stop.limit);
    if (known === undefined || needed(stop) > needed(known)) most.set(stop.limit, stop);
  }
  return [...most.values()].map(guardOption);
}
