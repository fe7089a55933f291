import type {
  Permission,
  SecurityTask,
  TaskAttribute,
  UserAccount,
} from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { safeText } from '../../safe-text.ts';
import { permissionLine } from './permissions.ts';
import { csvOf } from '../../csv-of.ts';

/** Users and tasks: off a terminal the lines of pgutil (docs/pgutil.md). */

export function presentUsers(users: readonly UserAccount[]): Presentation {
  return {
    json: users,
    csv: csvOf(['name', 'displayName', 'email'], users),
    human: () =>
      users.map(({ name, displayName = '' }) => `${safeText(name)} (${safeText(displayName)})`),
    table: () => ({
      head: ['USER', 'NAME', 'EMAIL', 'GROUPS'],
      texts: ['NAME'],
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
              : permissions.map((each) => ` - ${safeText(permissionLine(each))}`)),
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
    csv: csvOf(['name', 'feedScoped'], attributes),
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
