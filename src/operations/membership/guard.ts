import { kindInfo } from '../../backends/kinds.ts';
import type { Written } from '../../backends/change-port.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Group, Member } from '../../domain/group.ts';
import {
  checkGuards,
  DEFAULT_LIMITS,
  type GuardStop,
  needsAllMembers,
} from '../../domain/guards.ts';
import { forShell } from '../../domain/shorten.ts';
import type { Source } from '../../domain/source.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import {
  guardHint,
  type GuardReport,
  guardReports,
  stoppedSentences,
} from '../../output/results/guard.ts';
import { misspelledSelf, namesOfNobody, nearMembers } from './misspelled.ts';
import type { Guard, RunContext } from './plan.ts';
import { stateOf } from '../group-state.ts';

/** The guards of a run (docs/guards.md), from the options to the check of each base. */

/** The options of commands that may remove many. */
export interface GuardOptions {
  readonly maxRemovalPercent?: number;
  readonly maxRemovals?: number;
  readonly allowEmpty?: boolean;
  readonly allowProtected?: boolean;
  readonly allowSelf?: boolean;
  readonly protect?: readonly string[];
}

/**
 * The guard for these changes; undefined where they remove nobody.
 *
 * @param members all of the group's, where they are known: they show which of them is groupctl's
 *   own account
 */
export async function guardFor(
  group: Group,
  changes: readonly MemberChange[],
  options: GuardOptions,
  context: RunContext,
  members?: readonly Member[],
): Promise<Guard | undefined> {
  if (changes.every(({ op }) => op === 'add')) return undefined;
  const { protect = [], ...others } = given(options);
  const limits = { ...DEFAULT_LIMITS, ...others };
  const self = limits.allowSelf ? [] : await namesOfSelf(group, context, members);
  const misspelled = self && (await misspelledSelf(self, changes, context));
  // Whether a name like that of somebody who goes is a member's, only the whole list can tell.
  const doubtful = limits.allowProtected ? [] : await namesOfNobody(protect, changes, context);
  const hasAllMembers = needsAllMembers(limits) || doubtful.length > 0;
  const facts = {
    protectedMembers: protect,
    near: (name: string, removed: readonly string[]) =>
      doubtful.includes(name) ? nearMembers(name, removed) : [],
    self: self ?? [],
    hasAllMembers,
  };
  let hasWarned = self !== undefined && misspelled === undefined;
  return {
    needsAllMembers: hasAllMembers,
    limits: { ...limits, protect },
    check(base, before = 'nothing') {
      const stops = checkGuards(base, changes, limits, facts);
      if (stops.length > 0) throw guardError(stops, group.name, before);
      // Not above an error: then nobody is removed.
      if (!hasWarned) warnUnknownSelf(context, misspelled);
      hasWarned = true;
    },
  };
}

/** The guards of names that were typed by hand: only those that were asked for. */
export function guardsForTyped<T extends GuardOptions>(options: T): T | undefined {
  const { maxRemovalPercent, maxRemovals, protect } = options;
  const isGuarded = [maxRemovalPercent, maxRemovals, protect].some((each) => each !== undefined);
  return isGuarded ? { ...UNGUARDED, ...options } : undefined;
}

const UNGUARDED = {
  maxRemovalPercent: 100,
  maxRemovals: Number.MAX_SAFE_INTEGER,
  allowEmpty: true,
  allowSelf: true,
} as const;

/** The guards of a run, as its journal records them; undefined if it had none. */
export function guardsOnRecord(guards: unknown): GuardOptions | undefined {
  return typeof guards === 'object' && guards !== null ? guards : undefined;
}

const LIMITS = [
  'maxRemovalPercent',
  'maxRemovals',
  'allowEmpty',
  'allowProtected',
  'allowSelf',
  'protect',
] as const;

/** The options that were given, without those that were not. */
function given(options: GuardOptions): GuardOptions {
  const limits = LIMITS.map((key) => [key, options[key]] as const);
  return Object.fromEntries(limits.filter(([, value]) => value !== undefined));
}

/**
 * What the guard says to these members before anything is sent; undefined: nothing.
 *
 * @returns safety (8), with the reports of {@link reportsOf}
 */
export function objectionOf(
  guard: Guard | undefined,
  members: readonly string[],
): GroupctlError | undefined {
  try {
    guard?.check(members);
    return undefined;
  } catch (error) {
    if (!isGroupctlError(error) || error.kind !== 'safety') throw error;
    return error;
  }
}

/** Names of --protect that the objection is about: they need no warning. */
export function misspelledIn(error: unknown): readonly string[] {
  if (!isGroupctlError(error) || error.details === undefined) return [];
  const { guards = [] } = error.details as { readonly guards?: readonly GuardReport[] };
  return guards.flatMap((stop) => (stop.code === 'protect-misspelled' ? stop.names : []));
}

/** What each limit objects to. */
export function reportsOf(objection: GroupctlError): readonly GuardReport[] {
  return (objection.details as { readonly guards: readonly GuardReport[] }).guards;
}

function guardError(
  stops: readonly GuardStop[],
  groupName: string,
  before: Written,
): GroupctlError {
  const guards = guardReports(stops, groupName);
  const options = guards.map(({ option }) => option);
  return new GroupctlError('safety', stoppedSentences(guards.map(({ message }) => message)), {
    code: stops[0]?.code ?? 'guard',
    hint: guardHint(guards, options),
    nothingWritten: before === 'nothing',
    details: { guards },
  });
}

/** The names of groupctl's own account as a member; undefined if they are not known. */
async function namesOfSelf(
  group: Group,
  { connection }: RunContext,
  members: readonly Member[] | undefined,
): Promise<string[] | undefined> {
  const { source, directory } = connection;
  const names = namesInSource(source);
  const { userId, identityId } = (await directory.self?.()) ?? {};
  if (identityId !== undefined) names.push(identityId);
  if (userId !== undefined) {
    const all = members ?? (await stateOf(group, directory)).members;
    const own = all.filter(({ type, user }) => type === 'user' && user?.id === userId);
    names.push(...own.map(({ member }) => member));
    return names;
  }
  // The sandbox's key is everybody's.
  return names.length === 0 && !source.url.startsWith('sandbox:') ? undefined : names;
}

function warnUnknownSelf({ connection, deps }: RunContext, misspelled = ''): void {
  const { name } = connection.source;
  // A URL is no source whose account could be set.
  const how = name.includes('://') ? 'sources add' : `sources edit ${forShell(name)}`;
  const why = misspelled === '' ? '' : ` ${misspelled}`;
  deps.warn(
    `Warning: groupctl does not know its own account on ${name}, so it cannot protect it from removal.${why} Set it with: groupctl ${how} --self=NAME`,
  );
}

/** A key of the form `user:password` names its user. */
function namesInSource({ self, kind, credentials }: Source): string[] {
  const names = self === undefined ? [] : [self];
  if (credentials?.type === 'password') names.push(credentials.username);
  if (kindInfo(kind)?.keyHoldsUser === true && credentials?.type === 'api-key') {
    const colon = credentials.apiKey.indexOf(':');
    if (colon > 0) names.push(credentials.apiKey.slice(0, colon));
  }
  return names;
}
