import { isKeyFailure, isLeft, type OffboardSource } from '../../domain/offboard.ts';
import { keyWords, permissionWords } from './account-words.ts';

/** What an offboarding does not touch: a phrase or sentence each. */
interface NotTouched {
  readonly what:
    | 'group'
    | 'member'
    | 'permission'
    | 'permissions'
    | 'api-key'
    | 'api-keys'
    | 'account'
    | 'source';
  readonly message: string;
}

/** What is left on a source when all is done. */
export function notTouchedOn(source: OffboardSource): NotTouched[] {
  const { state, member = '', error } = source;
  switch (state) {
    case 'not-reached': {
      const why = error === undefined ? '' : ` ${error.message}`;
      return [{ what: 'source', message: `everything: it could not be asked.${why}` }];
    }
    case 'nobody':
      return [{ what: 'source', message: 'everything: no account with that name' }];
    case 'not-mapped':
      return [{ what: 'source', message: 'everything: the map names nobody there' }];
    case 'declined':
      return [{ what: 'account', message: `the account ${member}: it is somebody else` }];
    case 'found':
      return [
        ...source.groups.filter(isLeft).map(({ label }) => entry('group', `the group ${label}`)),
        ...(source.padded ?? []).map(({ group, member: name }) =>
          entry(
            'member',
            `the member "${name}" of ${group.name}: another account, by a space around its name`,
          ),
        ),
        ...permissionsLeft(source),
        ...keysLeft(source),
        ...(source.feedKeys ?? []).map((key) =>
          entry('api-key', `the feed API key ${keyWords(key)}`),
        ),
        entry('account', `the account ${member} itself`),
      ];
  }
}

function entry(what: NotTouched['what'], message: string): NotTouched {
  return { what, message };
}

function permissionsLeft({ permissions }: OffboardSource): NotTouched[] {
  if ('unknown' in permissions) {
    return [entry('permissions', `direct permissions: unknown. ${permissions.unknown}`)];
  }
  return permissions.list.map((each) =>
    entry('permission', `the permission ${permissionWords(each)}`),
  );
}

function keysLeft({ apiKeys }: OffboardSource): NotTouched[] {
  if ('unknown' in apiKeys) {
    return [entry('api-keys', `personal API keys: unknown. ${apiKeys.unknown}`)];
  }
  return apiKeys.list.flatMap((key) => {
    if (key.outcome === 'kept') {
      return [entry('api-key', `the API key ${keyWords(key)} (--keys deletes it)`)];
    }
    const isLeftKey = isKeyFailure(key) && key.outcome !== 'unknown';
    return isLeftKey ? [entry('api-key', `the API key ${keyWords(key)}`)] : [];
  });
}
