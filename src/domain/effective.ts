import { type Accounts, sameName } from './names.ts';
import {
  BUILT_IN_PRINCIPALS,
  type Permission,
  type SecurityTask,
  type UserAccount,
} from './security.ts';

/**
 * What an account may do on a feed, by the rule of ProGet's documentation ("Users, groups and tasks"): of
 * all rules that apply the more specific comes first, by user, then by feed and feed group, and then what
 * denies; the first one decides, and without a rule nothing is allowed.
 */

export interface EffectiveRow {
  readonly attribute: string;
  /** `undecided`: which rule decides depends on the feed group that the feed is in. */
  readonly allowed: boolean | 'undecided';
  /** The id of the permission that decides; null: there is none. */
  readonly permission: string | null;
  /** The permissions that may decide. */
  readonly candidates?: readonly (string | null)[];
}

interface FeedPlace {
  readonly feed?: string | undefined;
  readonly feedGroup?: string | undefined;
}

/**
 * @param accounts which user names are one account's
 * @returns a row for each attribute of the tasks, by name
 */
export function effectivePermissions(
  user: UserAccount,
  { feed, feedGroup }: FeedPlace,
  permissions: readonly Permission[],
  tasks: readonly SecurityTask[],
  accounts: Accounts,
): EffectiveRow[] {
  const own = permissions.filter((each) => isFor(each, user, accounts) && isAt(each, feed));
  const attributes = [...new Set(tasks.flatMap((task) => task.attributes))].sort();
  return attributes.map((attribute) => {
    const rules = own.filter(({ task = '' }) =>
      tasks.some(({ name, attributes: all }) => sameName(name, task) && all.includes(attribute)),
    );
    return { attribute, ...decided(rules, feedGroup, feed !== undefined) };
  });
}

function decided(
  rules: readonly Permission[],
  feedGroup: string | undefined,
  hasFeed: boolean,
): Omit<EffectiveRow, 'attribute'> {
  const inGroup = (group: string | undefined): Permission | undefined =>
    rules
      .filter((rule) => rule.feedGroup === undefined || sameName(rule.feedGroup, group ?? ''))
      .sort(byWeight)[0];
  const rowOf = (rule: Permission | undefined): Omit<EffectiveRow, 'attribute'> => ({
    allowed: rule !== undefined && !rule.deny,
    permission: rule?.id ?? null,
  });
  if (feedGroup !== undefined || !hasFeed) return rowOf(inGroup(feedGroup));
  // The feed may be in no group, or in any of those that have rules.
  const groups = rules.flatMap((rule) => rule.feedGroup ?? []);
  const possible = [undefined, ...new Set(groups)].map(inGroup);
  if (possible.every((rule) => rule === possible[0])) return rowOf(possible[0]);
  const candidates = [...new Set(possible.map((rule) => rule?.id ?? null))];
  return { allowed: 'undecided', permission: null, candidates };
}

/** The smaller one decides. */
function byWeight(one: Permission, other: Permission): number {
  const weights = (rule: Permission): number[] => [
    rule.user === undefined || isBuiltIn(rule.user) ? 1 : 0,
    rule.feed !== undefined ? 0 : rule.feedGroup !== undefined ? 1 : 2,
    rule.deny ? 0 : 1,
  ];
  const [a, b] = [weights(one), weights(other)];
  return a.map((weight, at) => weight - (b[at] ?? 0)).find((each) => each !== 0) ?? 0;
}

const SIGNED_IN = ['Everyone', 'Authenticated'];

function isBuiltIn(name: string): boolean {
  return BUILT_IN_PRINCIPALS.some((each) => sameName(each, name));
}

function isFor({ user, group }: Permission, account: UserAccount, accounts: Accounts): boolean {
  const isAnonymous = sameName(account.name, 'Anonymous');
  const everybody = isAnonymous ? ['Everyone'] : SIGNED_IN;
  const principal = user ?? group ?? '';
  if (everybody.some((each) => sameName(each, principal))) return true;
  return user === undefined
    ? (account.groups ?? []).some((each) => sameName(each, principal))
    : accounts.isSame(user, account.name);
}

/** A rule of another feed says nothing here. */
function isAt(rule: Permission, feed: string | undefined): boolean {
  return rule.feed === undefined || (feed !== undefined && sameName(rule.feed, feed));
}
