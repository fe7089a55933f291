import type { Group, GroupState } from '../../domain/group.ts';
import type { SourceInfo } from '../../domain/source.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';
import { padTo, widestOf } from '../text-width.ts';

/** Lists, as they are printed: bare arrays in JSON, one element a line for people. */

export function presentGroups(groups: readonly Group[]): Presentation {
  return {
    json: groups.map(({ name, id, slug, memberCount, linked }) => ({
      name,
      id,
      slug,
      memberCount,
      linked,
    })),
    csv: {
      columns: ['name', 'id', 'slug', 'memberCount'],
      rows: groups.map(({ name, id, slug, memberCount }) => [name, id, slug, memberCount]),
    },
    // pgutil's line, so that what reads it goes on reading.
    human: () => {
      const seen = new Map<string, number>();
      for (const { name } of groups) seen.set(name, (seen.get(name) ?? 0) + 1);
      return groups.map(({ name, slug, memberCount }) => {
        const twin = (seen.get(name) ?? 0) > 1 && slug !== undefined ? ` [${safeText(slug)}]` : '';
        const members = memberCount === undefined ? '' : ` (members: ${memberCount})`;
        return `${safeText(name)}${twin}${members}`;
      });
    },
  };
}

/** The members of a group, and the lines of a list that reads back as the same members. */
export interface MemberList extends GroupState {
  readonly lines: readonly string[];
}

export function presentMembers({ group, members, lines }: MemberList): Presentation {
  return {
    json: members.map(({ member, type, user }) => ({ member, type, user })),
    csv: {
      columns: ['member', 'type'],
      rows: members.map(({ member, type }) => [member, type]),
    },
    human: ({ isTTY, style }) => {
      // One bare name per line: the kinds are in --json and --output=csv.
      if (!isTTY) return lines;
      const names = [...lines];
      if (members.some(({ type }) => type === 'identity')) {
        const width = widestOf(names);
        members.forEach(
          ({ type }, at) => (names[at] = `${padTo(names[at] ?? '', width)}  ${type}`),
        );
      }
      const count = members.length === 1 ? '1 member' : `${members.length} members`;
      return [...names, style.faint(`${count} in ${safeText(group.name)}`)];
    },
  };
}

/** The members of every group: who is where. */
export function presentAllMembers(groups: readonly GroupState[]): Presentation {
  const rows = groups.flatMap(({ group, members }) =>
    members.map(({ member, type }) => ({ group: group.name, member, type })),
  );
  return {
    json: rows,
    csv: {
      columns: ['group', 'member', 'type'],
      rows: rows.map(({ group, member, type }) => [group, member, type]),
    },
    human: () => {
      const width = widestOf(groups.map(({ group }) => safeText(group.name)));
      return rows.map(
        ({ group, member }) => `${padTo(safeText(group), width)}  ${safeText(member)}`,
      );
    },
  };
}

const SOURCE_COLUMNS = [
  'name',
  'kind',
  'url',
  'auth',
  'username',
  'clientId',
  'feed',
  'dialect',
  'settle',
  'userCheck',
  'self',
  'organizationSlug',
  'keyStorage',
  'caFile',
] as const;

export function presentSources(sources: readonly SourceInfo[]): Presentation {
  return {
    json: sources,
    csv: {
      columns: SOURCE_COLUMNS,
      rows: sources.map((source) => SOURCE_COLUMNS.map((column) => source[column])),
    },
    human: () => sources.flatMap(sourceLines),
  };
}

function sourceLines(source: SourceInfo): string[] {
  const { auth, organizationSlug, feed, dialect, settle, caFile } = source;
  const more = [
    source.kind,
    auth === 'password'
      ? `user ${safeText(source.username ?? '')}`
      : auth === 'client'
        ? `client ${safeText(source.clientId ?? '')}`
        : auth === 'api-key'
          ? 'API key'
          : 'no credentials',
    source.keyStorage === undefined ? '' : STORAGE_WORDS[source.keyStorage],
    organizationSlug === undefined ? '' : `organization ${safeText(organizationSlug)}`,
    feed === undefined ? '' : `feed ${safeText(feed)}`,
    dialect === undefined ? '' : `dialect ${dialect}`,
    settle === undefined ? '' : `settle ${settle} ms`,
    source.userCheck === false ? 'no user check' : '',
    caFile === undefined ? '' : `CA file ${safeText(caFile)}`,
  ].filter((part) => part !== '');
  return [`${safeText(source.name)}: ${safeText(source.url)} (${more.join(', ')})`];
}

const STORAGE_WORDS = { keyring: 'key in the keyring', command: 'key from a command' };
