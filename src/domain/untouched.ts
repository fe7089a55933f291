import type { DirectPermission, PersonalKey } from './account.ts';
import { type Group, groupWords } from './group.ts';
import {
  byGroup,
  groupsOf,
  isInDoubt,
  isKeyFailure,
  isStepDone,
  type OffboardSource,
} from './offboard.ts';

/** What an offboarding leaves as it was. */

/** Something that was not touched. */
export interface Untouched {
  readonly what:
    | 'group'
    | 'member'
    | 'permission'
    | 'permissions'
    | 'api-key'
    | 'api-keys'
    | 'account'
    | 'source';
  /** A phrase or sentence for people. */
  readonly message: string;
}

/** What is left on a source when all is done. */
export function untouchedOf(source: OffboardSource): Untouched[] {
  const { state, member = '', error } = source;
  if (state === 'not-reached') {
    const why = error === undefined ? '' : ` ${error.message}`;
    return [{ what: 'source', message: `everything: it could not be asked.${why}` }];
  }
  if (state === 'nobody') return [{ what: 'source', message: 'everything: nobody is called so' }];
  if (state === 'not-mapped') {
    return [{ what: 'source', message: 'everything: the map names nobody there' }];
  }
  if (state === 'declined') {
    return [{ what: 'account', message: `the account ${member}: it is somebody else` }];
  }
  return [
    ...byGroup(source.groups)
      .filter(({ steps }) => steps.some((step) => !isStepDone(step) && !isInDoubt(step)))
      .map(({ group }) => {
        const message = `the group ${groupWords(group, groupsOf(source))}`;
        return { what: 'group', message } as const;
      }),
    ...(source.padded ?? []).map(({ group, member }) => paddedLeft(member, group)),
    ...permissionsLeft(source),
    ...keysLeft(source),
    ...(source.feedKeys ?? []).map(
      (key) => ({ what: 'api-key', message: `the feed API key ${keyWords(key)}` }) as const,
    ),
    { what: 'account', message: `the account ${member} itself` },
  ];
}

function paddedLeft(member: string, { name }: Group): Untouched {
  const message = `the member "${member}" of ${name}: another account, by a space around its name`;
  return { what: 'member', message };
}

function permissionsLeft({ permissions }: OffboardSource): Untouched[] {
  if ('unknown' in permissions) {
    const message = `permissions given to the account directly: not known. ${permissions.unknown}`;
    return [{ what: 'permissions', message }];
  }
  return permissions.list.map((permission) => ({
    what: 'permission',
    message: `the permission ${permissionWords(permission)}`,
  }));
}

function keysLeft({ apiKeys }: OffboardSource): Untouched[] {
  if ('unknown' in apiKeys) {
    return [{ what: 'api-keys', message: `personal API keys: not known. ${apiKeys.unknown}` }];
  }
  return apiKeys.list
    .filter((key) => key.outcome === 'kept' || (isKeyFailure(key) && !isInDoubt(key)))
    .map((key) => {
      const how = key.outcome === 'kept' ? ' (--keys deletes it)' : '';
      return { what: 'api-key', message: `the API key ${keyWords(key)}${how}` };
    });
}

/** `"Promote Packages" on the feed internal-npm (denied)`. */
export function permissionWords({ task, feed, feedGroup, deny }: DirectPermission): string {
  const where =
    feed !== undefined
      ? ` on the feed ${feed}`
      : feedGroup !== undefined
        ? ` on the feed group ${feedGroup}`
        : '';
  return `"${task ?? 'without a name'}"${where}${deny ? ' (denied)' : ''}`;
}

/** `"Laptop" (id 3)`. */
export function keyWords({ id, displayName }: PersonalKey): string {
  return displayName === undefined ? `with the id ${id}` : `"${displayName}" (id ${id})`;
}
