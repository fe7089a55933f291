import type { ApiKey } from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { safeText } from '../../safe-text.ts';
import { csvOf } from '../../csv-of.ts';

/** API keys, without the keys themselves. */

export function presentApiKeys(keys: readonly ApiKey[]): Presentation {
  return {
    json: keys,
    csv: csvOf(
      ['id', 'type', 'displayName', 'user', 'feed', 'feedGroup', 'expiration', 'logging'],
      keys,
    ),
    human: () => keys.flatMap(keyBlock),
    table: () => ({
      head: ['ID', 'NAME', 'TYPE', 'FOR', 'EXPIRES'],
      texts: ['NAME'],
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
  const { displayName, id, expiration, logging = 'None', type } = key;
  const fields: [string, string][] = [
    ['Id:', id],
    ['Expiration:', expiration === undefined ? 'None' : dateOf(expiration)],
    ['Logging:', logging],
    ['Type:', type],
    ...fieldsOfType(key),
  ];
  const width = Math.max(...fields.map(([label]) => label.length)) + 2;
  return [
    safeText(displayName ?? '(unnamed key)'),
    ...fields.map(([label, value]) => `  ${label.padEnd(width)}${safeText(value)}`),
    '',
  ];
}

/** Each type has its own; what the server leaves out has a line, too. */
function fieldsOfType(key: ApiKey): [string, string][] {
  const { user, feed = UNKNOWN, feedGroup, systemApis = [], packagePermissions = [] } = key;
  switch (key.type.toLowerCase()) {
    case 'system':
      return [['APIs:', systemApis.join(', ')]];
    case 'personal':
      return [['User:', user ?? UNKNOWN]];
    case 'feed':
      return [
        feedGroup === undefined ? ['Feed:', feed] : ['Feed group:', feedGroup],
        ['Permissions:', packagePermissions.join(', ')],
      ];
    default:
      return [];
  }
}

const UNKNOWN = '(unknown)';

/** `01/31/2031`, as pgutil prints it in an English locale; the date that the server has. */
function dateOf(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  return year === undefined ? iso : `${month ?? ''}/${day ?? ''}/${year}`;
}
