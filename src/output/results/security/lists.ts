import type {
  ApiKey,
  Permission,
  SecurityTask,
  TaskAttribute,
  UserAccount,
} from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { safeText } from '../../safe-text.ts';

/** Users, tasks, permissions and API keys: off a terminal the lines of pgutil (docs/pgutil.md). */

export function presentUsers(users: readonly UserAccount[]): Presentation {
  return {
    json: users,
    csv: {
      columns: ['name', 'displayName', 'email'],
      rows: users.map(({ name, displayName, email }) => [name, displayName, email]),
    },
    human: () =>
      users.map(({ name, displayName = '' }) => `${safeText(name)} (${safeText(displayName)})`),
    table: () => ({
      head: ['USER', 'NAME', 'EMAIL', 'GROUPS'],
      rows: users.map(({ name, displayName, email, groups }) => ({
        cells: [name, displayName, email, groups?.length],
      })),
    }),
  };
}

export interface ShownUser {
  readonly user: UserAccount;
  /** Those that reach the account, directly or through a group; undefined: they were not read. */
  readonly permissions?: readonly Permission[];
}

export function presentUser({ user, permissions }: ShownUser): Presentation {
  const { name, displayName = '', email = '', groups = [] } = user;
  return {
    json: { ...user, ...(permissions === undefined ? {} : { permissions }) },
    csv: {
      columns: ['name', 'displayName', 'email', 'groups'],
      rows: [[name, displayName, email, groups.join(';')]],
    },
    human: () => [
      `User name: ${safeText(name)}`,
      `Display name: ${safeText(displayName)}`,
      `Email: ${safeText(email)}`,
      'Group membership:',
      ...(groups.length === 0 ? [' - none'] : groups.map((group) => ` - ${safeText(group)}`)),
      ...(permissions === undefined
        ? []
        : [
            'Permissions, of the account and of its groups:',
            ...(permissions.length === 0
              ? [' - none']
              : permissions.map((each) => ` - ${permissionLine(each)}`)),
          ]),
    ],
  };
}

export function presentTasks(tasks: readonly SecurityTask[]): Presentation {
  return {
    json: tasks,
    csv: {
      columns: ['name', 'description', 'feedScoped', 'attributes'],
      rows: tasks.map(({ name, description, feedScoped, attributes }) => [
        name,
        description,
        feedScoped,
        attributes.join(';'),
      ]),
    },
    human: () =>
      tasks.flatMap(({ name, description = 'none', attributes }) => [
        `Task: ${safeText(name)}`,
        `Description: ${safeText(description)}`,
        // With a blank at its end, as pgutil has it.
        'Attributes: ',
        ...attributes.map((each) => ` * ${safeText(each)}`),
        '',
      ]),
  };
}

export function presentAttributes(attributes: readonly TaskAttribute[]): Presentation {
  return {
    json: attributes,
    csv: {
      columns: ['name', 'feedScoped'],
      rows: attributes.map(({ name, feedScoped }) => [name, feedScoped]),
    },
    human: () =>
      attributes.length === 0
        ? []
        : [
            ...attributes.map(
              ({ name, feedScoped }) => ` - ${safeText(name)}${feedScoped ? '*' : ''}`,
            ),
            '',
            '* indicates attribute can be scoped to a feed',
            '',
          ],
  };
}

export function presentPermissions(permissions: readonly Permission[]): Presentation {
  return {
    json: permissions,
    csv: {
      columns: ['id', 'user', 'group', 'task', 'feed', 'feedGroup', 'deny'],
      rows: permissions.map(({ id, user, group, task, feed, feedGroup, deny }) => [
        id,
        user,
        group,
        task,
        feed,
        feedGroup,
        deny,
      ]),
    },
    human: () => permissions.map(permissionLine),
    table: () => ({
      head: ['ID', 'RULE', 'TASK', 'WHERE', 'WHO'],
      rows: permissions.map((each) => ({
        cells: [each.id, ruleOf(each), each.task, scopeOf(each), principalOf(each)],
      })),
    }),
  };
}

/** `3: allow Promote Packages for feed internal-npm for user djones` */
export function permissionLine(permission: Permission): string {
  const { id = '', task = '' } = permission;
  const words = [ruleOf(permission), task, scopeOf(permission), 'for', principalOf(permission)];
  return safeText(`${id}: ${words.join(' ')}`);
}

function ruleOf({ deny }: Permission): string {
  return deny ? 'deny' : 'allow';
}

function scopeOf({ feed, feedGroup }: Permission): string {
  if (feed !== undefined) return `for feed ${feed}`;
  return feedGroup === undefined ? 'globally' : `for feed group ${feedGroup}`;
}

function principalOf({ user, group }: Permission): string {
  if (user !== undefined) return `user ${user}`;
  return group === undefined ? 'unknown' : `group ${group}`;
}

export function presentApiKeys(keys: readonly ApiKey[]): Presentation {
  return {
    json: keys,
    csv: {
      columns: ['id', 'type', 'displayName', 'user', 'feed', 'feedGroup', 'expiration', 'logging'],
      rows: keys.map((key) => [
        key.id,
        key.type,
        key.displayName,
        key.user,
        key.feed,
        key.feedGroup,
        key.expiration,
        key.logging,
      ]),
    },
    human: () => keys.flatMap(keyBlock),
    table: () => ({
      head: ['ID', 'NAME', 'TYPE', 'FOR', 'EXPIRES'],
      rows: keys.map((key) => ({
        cells: [
          key.id,
          key.displayName,
          key.type,
          key.user ?? key.feed ?? key.feedGroup ?? key.systemApis?.join(', '),
          key.expiration === undefined ? undefined : dateOf(key.expiration),
        ],
      })),
    }),
  };
}

/** A block of pgutil: the values stand in one column, two blanks behind the longest label. */
function keyBlock(key: ApiKey): string[] {
  const { displayName, id, expiration, logging = 'None', type, user, feed, feedGroup } = key;
  const fields: [string, string][] = [
    ['Id:', id],
    ['Expiration:', expiration === undefined ? 'None' : dateOf(expiration)],
    ['Logging:', logging],
    ['Type:', type],
    ...(user === undefined ? [] : [['User:', user] as [string, string]]),
    ...listField('APIs:', key.systemApis),
    ...(feed === undefined ? [] : [['Feed:', feed] as [string, string]]),
    ...(feedGroup === undefined ? [] : [['Feed group:', feedGroup] as [string, string]]),
    ...listField('Permissions:', key.packagePermissions),
  ];
  const width = Math.max(...fields.map(([label]) => label.length)) + 2;
  return [
    safeText(displayName ?? '(unnamed key)'),
    ...fields.map(([label, value]) => `  ${label.padEnd(width)}${safeText(value)}`),
    '',
  ];
}

function listField(label: string, values: readonly string[] | undefined): [string, string][] {
  return values === undefined || values.length === 0 ? [] : [[label, values.join(', ')]];
}

/** `01/31/2031`, as pgutil prints it in an English locale; the date that the server has. */
function dateOf(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  return year === undefined ? iso : `${month ?? ''}/${day ?? ''}/${year}`;
}
