import type {
  AccountHoldings,
  DirectPermission,
  PersonalKey,
  Known,
} from '../../domain/account.ts';
import { sameName } from '../../domain/names.ts';
import { defined } from '../../domain/defined.ts';
import { isGroupctlError } from '../../errors.ts';
import type { MemberUser } from '../../domain/group.ts';
import type { AccountFacts } from '../port.ts';
import type { ApiKey, Permission } from '../../domain/security.ts';
import type { ProgetReader } from './reader.ts';
import type { SecurityApi } from './security/api.ts';

/** What a ProGet account holds besides groups. */
export class ProgetAccounts implements AccountFacts {
  readonly #api: SecurityApi;
  readonly #reader: Pick<ProgetReader, 'accountsAmong'>;

  constructor(api: SecurityApi, reader: Pick<ProgetReader, 'accountsAmong'>) {
    this.#api = api;
    this.#reader = reader;
  }

  async holdings(member: string): Promise<AccountHoldings> {
    const permissions = await knownList(
      'permissions',
      () => this.#api.permissions(),
      async (all) => (await this.#ofAccount(member, all)).map(toDirect),
    );
    const keys = await knownList(
      'API keys',
      () => this.#api.apiKeys(),
      (all) => this.#ofAccount(member, all),
    );
    if ('unknown' in keys) return { permissions, apiKeys: keys };
    const ofType = (type: string): PersonalKey[] =>
      keys.list.filter((key) => key.type.toLowerCase() === type).map(toKey);
    const feedKeys = ofType('feed');
    const apiKeys = { list: ofType('personal') };
    return { permissions, apiKeys, ...(feedKeys.length === 0 ? {} : { feedKeys }) };
  }

  /** What is the account's. */
  async #ofAccount<T extends { readonly user?: string }>(
    member: string,
    all: readonly T[],
  ): Promise<T[]> {
    const alike = all.filter(({ user }) => user !== undefined && sameName(user, member));
    const accounts = await this.#reader.accountsAmong(
      [member],
      alike.flatMap(({ user }) => user ?? []),
    );
    return alike.filter(({ user = '' }) => accounts.isSame(user, member));
  }

  async describe(member: string): Promise<MemberUser | undefined> {
    const people = (await this.people()) ?? [];
    return (
      people.find(({ username }) => username === member) ??
      people.find(({ username = '' }) => sameName(username, member))
    );
  }

  async people(): Promise<readonly MemberUser[] | undefined> {
    const people = await knownList(
      'users',
      () => this.#api.users(),
      (all) => Promise.resolve(all),
    );
    if (!('list' in people)) return undefined;
    return people.list.map(({ name: username, displayName = null, email = null }) => ({
      username,
      displayName,
      email,
    }));
  }
}

/**
 * The list, or a sentence about why it is unknown: the server has no such list (api-keys: before
 * 2024.3), refuses it or fails on it. That is no reason to leave somebody in groups.
 *
 * @throws interrupted (130)
 */
async function knownList<W, T>(
  what: string,
  list: () => Promise<W[]>,
  pick: (all: W[]) => Promise<T[]>,
): Promise<Known<T>> {
  try {
    return { list: await pick(await list()) };
  } catch (error) {
    if (!isGroupctlError(error) || error.kind === 'interrupted') throw error;
    if (error.code === 'not-supported') {
      const hint = `Look at the ${what} on the server: groupctl cannot see them there.`;
      return { unknown: `The server has no list of ${what}.`, hint };
    }
    const unknown =
      error.kind === 'unauthorized'
        ? `The server denies access to ${what} (${error.status ?? 'refused'}).`
        : `The list of ${what} could not be read: ${error.message}`;
    return { unknown, ...defined({ hint: error.hint }) };
  }
}

function toDirect({ user: _, group: __, ...permission }: Permission): DirectPermission {
  return permission;
}

function toKey({ id, displayName, expiration }: ApiKey): PersonalKey {
  return { id, ...defined({ displayName, expiration }) };
}
