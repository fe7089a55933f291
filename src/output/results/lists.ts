import { type Group, type GroupState, groupLabelAmong, nameOfPerson } from '../../domain/group.ts';
import type { SourceInfo } from '../../domain/source.ts';
import type { Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';
import { padTo, widestOf } from '../text-width.ts';
import { csvOf } from '../csv-of.ts';
import { counted } from '../../domain/counted.ts';

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
    csv: csvOf(['name', 'id', 'slug', 'memberCount'], groups),
    // pgutil's line, so that what reads it goes on reading.
    human: () => {
      const seen = new Map<string, number>();
      for (const { name } of groups) seen.set(name, (seen.get(name) ?? 0) + 1);
      return groups.map(({ name, id, slug, memberCount }) => {
        const twin = (seen.get(name) ?? 0) > 1 && slug !== undefined ? ` [${safeText(slug)}]` : '';
        // A server with ids tells no counts; of the others pgutil prints an empty one.
        const isCounted = memberCount !== undefined || id === undefined;
        const members = isCounted ? ` (members: ${memberCount ?? ''})` : '';
        return `${safeText(name)}${twin}${members}`;
      });
    },
    table: () => ({
      head: ['GROUP', 'SLUG', 'MEMBERS', 'FROM'],
      rows: groups.map(({ name, slug, memberCount, linked }) => ({
        cells: [name, slug, memberCount, linked === true ? 'parent organization' : undefined],
      })),
    }),
  };
}

/** The members of a group, and the lines of a list that reads back as the same members. */
export interface ListedMembers extends GroupState {
  readonly lines: readonly string[];
}

export function presentMembers({ group, members, lines }: ListedMembers): Presentation {
  return {
    json: members.map(({ member, type, user }) => ({ member, type, user })),
    csv: csvOf(['member', 'type'], members),
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
      return [...names, style.faint(countOf(members, group))];
    },
  };
}

/** The members of a group with their names and e-mail addresses. */
export function presentLongMembers({ group, members }: GroupState): Presentation {
  const columns = ['member', 'type', 'name', 'email'];
  const rows = members.map(({ member, type, user }) => {
    return [member, type, nameOfPerson(user ?? {}), user?.email ?? ''];
  });
  return {
    json: members.map(({ member, type, user }) => ({ member, type, user })),
    csv: { columns, rows },
    // With tabs between the columns: for `cut` and `awk`.
    human: () => rows.map((row) => row.map(safeText).join('\t')),
    table: () => ({
      head: columns.map((name) => name.toUpperCase()),
      texts: ['NAME'],
      rows: rows.map((cells) => ({ cells })),
    }),
    below: ({ style }) => [style.faint(countOf(members, group))],
  };
}

function countOf(members: readonly unknown[], { name }: Group): string {
  return `${counted(members.length, 'member')} in ${safeText(name)}`;
}

/** The members of every group: who is where. */
export function presentAllMembers(groups: readonly GroupState[]): Presentation {
  const rows = groups.flatMap(({ group, members }) =>
    members.map(({ member, type }) => ({ group: group.name, member, type })),
  );
  return {
    json: rows,
    csv: csvOf(['group', 'member', 'type'], rows),
    human: () => {
      const all = groups.map(({ group }) => group);
      const words = all.map((group) => safeText(groupLabelAmong(group, all)));
      const width = widestOf(words);
      return groups.flatMap(({ members }, at) =>
        members.map(({ member }) => `${padTo(words[at] ?? '', width)}  ${safeText(member)}`),
      );
    },
    table: () => ({
      head: ['GROUP', 'MEMBER', 'TYPE'],
      rows: rows.map(({ group, member, type }) => ({ cells: [group, member, type] })),
    }),
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
  'sharedStore',
] as const;

/** @param main the source that commands use without --source */
export function presentSources(sources: readonly SourceInfo[], main?: string): Presentation {
  return {
    json: sources,
    csv: csvOf(SOURCE_COLUMNS, sources),
    human: () => sources.flatMap(sourceLines),
    table: () => ({
      head: ['SOURCE', 'DEFAULT', 'KIND', 'URL', 'CREDENTIALS', 'SETTINGS'],
      rows: sources.map((source) => ({
        cells: [
          source.name,
          source.name === main ? 'yes' : undefined,
          source.kind,
          source.url,
          [loginOf(source), storageOf(source)].filter(Boolean).join(', '),
          settingsOf(source).join(', '),
        ],
      })),
    }),
  };
}

function sourceLines(source: SourceInfo): string[] {
  const more = [source.kind, loginOf(source), storageOf(source), ...settingsOf(source)];
  const words = more.filter((part) => part !== '').map(safeText);
  return [`${safeText(source.name)}: ${safeText(source.url)} (${words.join(', ')})`];
}

function loginOf({ auth, username = '', clientId = '' }: SourceInfo): string {
  if (auth === 'password') return `user ${username}`;
  if (auth === 'client') return `client ${clientId}`;
  return auth === 'api-key' ? 'API key' : 'no credentials';
}

function storageOf({ keyStorage }: SourceInfo): string {
  return keyStorage === undefined ? '' : STORAGE_WORDS[keyStorage];
}

const STORAGE_WORDS = { keyring: 'key in the keyring', command: 'key from a command' };

function settingsOf(source: SourceInfo): string[] {
  const { organizationSlug, feed, dialect, settle, userCheck, self, caFile, sharedStore } = source;
  return [
    organizationSlug === undefined ? '' : `organization ${organizationSlug}`,
    feed === undefined ? '' : `feed ${feed}`,
    dialect === undefined ? '' : `dialect ${dialect}`,
    settle === undefined ? '' : `settle ${settle} ms`,
    userCheck === false ? 'no user check' : '',
    self === undefined ? '' : `own account ${self}`,
    caFile === undefined ? '' : `CA file ${caFile}`,
    sharedStore === undefined ? '' : `shared store ${sharedStore}`,
  ].filter((part) => part !== '');
}
