/** A group as every backend describes it. `id` and `slug` exist where the server has them. */
export interface Group {
  readonly name: string;
  readonly id?: string;
  readonly slug?: string;
  readonly memberCount?: number;
  /** It belongs to the parent organization, and is linked into the one that was asked. */
  readonly linked?: boolean;
}

/** The group of a run that is about no group, as its record has it. */
export const WITHOUT_GROUP: Group = { name: '-' };

/** The group's name; with its slug where another of these groups has the same name. */
export function groupLabelAmong({ name, slug }: Group, all: readonly Group[]): string {
  const isTwin = all.some((other) => other.name === name && other.slug !== slug);
  return isTwin && slug !== undefined ? `${name} [${slug}]` : name;
}

/** The group's name; with its slug where that is another word: two groups may have one name. */
export function groupLabel({ name, slug }: Pick<Group, 'name' | 'slug'>): string {
  const isOwn = slug === undefined || sameSlug(name) === sameSlug(slug);
  return isOwn ? name : `${name} [${slug}]`;
}

function sameSlug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

export type MemberType = 'user' | 'identity';

/** Somebody as a user names them: a person's user name, or a machine identity's id. */
export interface MemberRef {
  readonly type: MemberType;
  readonly name: string;
}

/** What a server tells about a person, where it tells more than the name. */
export interface MemberUser {
  readonly id?: string;
  readonly username?: string;
  readonly email?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly displayName?: string | null;
}

/** What a person is called; empty: nothing is known. */
export function nameOfPerson({ displayName, firstName, lastName }: MemberUser): string {
  return displayName || [firstName, lastName].filter(Boolean).join(' ');
}

/** A member of a group, under the name one would type. */
export interface Member {
  readonly member: string;
  readonly type: MemberType;
  readonly user?: MemberUser;
}

/** A group with all its members, in the server's order. */
export interface GroupState {
  readonly group: Group;
  readonly members: readonly Member[];
}
