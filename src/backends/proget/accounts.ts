import type {
  AccountHoldings,
  DirectPermission,
  PersonalKey,
  Known,
} from '../../domain/account.ts';
import { sameName } from '../../domain/names.ts';
import { isGroupctlError } from '../../errors.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { AccountFacts } from '../port.ts';
import type { AccountApi, WireApiKey, WirePermission } from './account-api.ts';
import { callAndConfirm } from '../shared/call-and-confirm.ts';
import type { ProgetApi } from './api.ts';
import { SENDS } from './groups.ts';
import { patiently } from './wire/throttle.ts';

/** What a ProGet account holds besides groups; what is deleted is read back. */
export class ProgetAccounts implements AccountFacts {
  readonly #api: AccountApi;
  readonly #context: { readonly api: ProgetApi };

  constructor(api: AccountApi, context: { readonly api: ProgetApi }) {
    this.#api = api;
    this.#context = context;
  }

  async holdings(member: string): Promise<AccountHoldings> {
    const permissions = await told(
      'permissions',
      () => this.#api.listPermissions(),
      (all) => all.filter(({ user }) => isOf(user, member)).map(toPermission),
    );
    const keys = await told(
      'API keys',
      () => this.#api.listApiKeys(),
      (all) => all.filter(({ user }) => isOf(user, member)),
    );
    if ('unknown' in keys) return { permissions, apiKeys: keys };
    const ofType = (type: string): PersonalKey[] =>
      keys.list.filter((key) => key.type?.toLowerCase() === type).map(toKey);
    const feedKeys = ofType('feed');
    const apiKeys = { list: ofType('personal') };
    return { permissions, apiKeys, ...(feedKeys.length === 0 ? {} : { feedKeys }) };
  }

  async describe(member: string): Promise<MemberUser | undefined> {
    return (await this.people())?.find(({ username = '' }) => isOf(username, member));
  }

  async people(): Promise<readonly MemberUser[] | undefined> {
    const people = await told(
      'users',
      () => this.#api.listPeople(),
      (all) => all,
    );
    if (!('list' in people)) return undefined;
    return people.list.map(({ name: username, displayName = null, email = null }) => ({
      username,
      displayName,
      email,
    }));
  }

  async deleteApiKey(id: string): Promise<void> {
    await callAndConfirm({
      sends: SENDS,
      send: () => patiently(this.#context.api, () => this.#api.deleteApiKey(id)),
      look: async () => {
        const now = await this.#api.listApiKeys({ interruptible: false });
        return now && !now.some((key) => String(key.id) === id);
      },
      what: `whether the API key ${id} was deleted`,
    });
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}

/**
 * A server without that list (api-keys: before 2024.3), or that keeps it from us, does not tell; nor
 * does one that fails on it, and that is no reason to leave somebody in groups.
 *
 * @throws interrupted (130)
 */
async function told<W, T>(
  what: string,
  list: () => Promise<W[] | undefined>,
  pick: (all: W[]) => T[],
): Promise<Known<T>> {
  try {
    const all = await list();
    if (all === undefined) {
      const hint = `Look at the ${what} on the server: groupctl cannot see them there.`;
      return { unknown: `The server has no list of ${what}.`, hint };
    }
    return { list: pick(all) };
  } catch (error) {
    if (!isGroupctlError(error) || error.kind === 'interrupted') throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return error.kind === 'unauthorized'
      ? {
          unknown: `The server denies access to ${what} (${error.status ?? 'refused'}).`,
          ...hint,
        }
      : { unknown: `The list of ${what} could not be read: ${error.message}`, ...hint };
  }
}

function isOf(user: string | null | undefined, member: string): boolean {
  return typeof user === 'string' && sameName(user, member);
}

function toPermission({ id, task, feed, feedGroup, deny }: WirePermission): DirectPermission {
  return {
    ...(id === null || id === undefined ? {} : { id: String(id) }),
    ...(task ? { task } : {}),
    ...(feed ? { feed } : {}),
    ...(feedGroup ? { feedGroup } : {}),
    deny: deny === true,
  };
}

function toKey({ id, displayName, expiration }: WireApiKey): PersonalKey {
  return {
    id: String(id),
    ...(displayName ? { displayName } : {}),
    ...(expiration ? { expiration } : {}),
  };
}
