import type { InfisicalGroup, InfisicalState } from '../../../src/sandbox/infisical/model.ts';
import { completeLists } from '../../../src/sandbox/infisical/patch.ts';
import { pad, type Step } from './recorded-between.ts';
import { type Exchange, SECRET } from './recorded-company.ts';
import { BRANCH, BRANCH_TWO, idOf, ORG } from './recorded-2026-company.ts';
import type { Replay } from './recorded-replay.ts';

const LOGIN = '/api/v1/auth/universal-auth/login';
const SINCE = '2026-11-25T23:47:00.000Z';
const LIMITS = { rateLimit: { reads: 60, writes: 200, logins: 200 } };

/** The groups that were made without being recorded, before the first list of them. */
const MADE = [
  { name: 'QA Team', id: '3c384c12-c44f-475a-aa40-41f1b1d8e78d', role: 'member' },
  { name: 'Padded', id: '11db1175-35f8-44d1-9e61-5673dcd4ef73' },
  { name: 'Slug 37', id: 'a02388bc-83a4-45da-8671-0700f67daeef', slug: 's'.repeat(37) },
  { name: 'Unseen 1' },
  { name: 'Unseen 2' },
];

/** Who was in Developers by the time it was listed, besides those whose add was recorded. */
const DEVELOPERS = [
  ...[3, 4, 5, 6, 9, 10, 11, 13, 16, 19, 20, 21, 22, 23, 25, 27, 35, 38, 60].map(
    (n) => `user${pad(n, 3)}`,
  ),
  ...[
    'CamelCase@Example.com',
    'DUP',
    'dup',
    "o'brien",
    'per%cent',
    'semi;colon',
    'under_score',
    'inactive',
  ],
  ...['space name', 'unseen1', 'quest?ion', 'a'.repeat(88)],
];

/** What happened before some of the exchanges without being recorded, by their names. */
export function unrecorded(
  replay: Replay,
  exchanges: readonly Exchange[],
): Readonly<Record<string, Step>> {
  const edit = (change: (state: InfisicalState) => void) => () => replay.edit(change);
  const wait = (seconds: number): void => {
    replay.now += seconds * 1000;
  };
  const group = ({ groups }: InfisicalState, id: string): InfisicalGroup => {
    const found = groups.find((one) => one.id === replay.translated(id));
    if (found === undefined) throw new Error(`There is no group ${id}.`);
    return found;
  };
  const platform = (state: InfisicalState) => group(state, '512b5aff-9fb9-4228-ad5f-7f633b7614b6');
  const developers = (state: InfisicalState) =>
    group(state, '5bc50c74-7324-4033-881e-1c496b2f9884');
  const root = (set: object) =>
    edit(({ organizations }) => {
      const own = organizations.find(({ id }) => id === ORG);
      if (own !== undefined) Object.assign(own, set);
    });
  const join = (state: InfisicalState, into: InfisicalGroup, names: readonly string[]) => {
    for (const name of names) {
      const username = name.includes('@') ? name : `${name}@example.com`;
      const user = state.users.find((one) => one.username === username);
      if (user === undefined) throw new Error(`There is no ${username}.`);
      into.members[user.id] ??= [SINCE];
    }
  };
  const everyone = (rowsOf: (n: number) => number) =>
    edit((state) => {
      const group = state.groups.find(({ slug }) => slug === 'everyone');
      if (group === undefined) throw new Error('There is no group of everyone.');
      for (let n = 1; n <= 280; n += 1) {
        const user = state.users.find(
          ({ username }) => username === `user${pad(n, 3)}@example.com`,
        );
        if (user !== undefined) group.members[user.id] = Array<string>(rowsOf(n)).fill(SINCE);
      }
    });
  const lastNames = (nameOf: (n: number) => string) =>
    edit(({ users }) => {
      for (const user of users) {
        const n = Number(/^user(\d{3})@/.exec(user.username)?.[1] ?? 'none');
        if (!Number.isNaN(n)) user.lastName = nameOf(n);
      }
    });
  const logIn = async (holder: string, clientId: string) => {
    const body = JSON.stringify({ clientId, clientSecret: SECRET });
    const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': '10.11.12.13' };
    const reply = await replay.ask('POST', LOGIN, headers, body);
    replay.tokens.set(holder, (reply.body as { accessToken: string }).accessToken);
  };
  /** So many calls from an address, whatever they are answered with. */
  const fill = async (method: string, path: string, address: string, times: number) => {
    const Authorization = `Bearer ${replay.tokens.get('admin') ?? ''}`;
    const headers = path === LOGIN ? {} : { Authorization };
    for (let n = 0; n < times; n += 1) {
      await replay.ask(
        method,
        replay.translated(path),
        { ...headers, 'X-Forwarded-For': address },
        '',
      );
    }
  };
  const pathOf = (name: string): string =>
    exchanges.find((exchange) => exchange.name === name)?.request.path ?? '';

  return {
    'groups.list.ok': edit((state) => {
      state.groups.push(...(completeLists(state, { groups: MADE })['groups'] as InfisicalGroup[]));
    }),
    'groups.list.group-with-two-roles (appears twice)': edit((state) => {
      platform(state).otherRoles = ['grp-reader'];
    }),
    // Its tag is that of the group by its id, and not of what was asked for last.
    'groups.get.if-none-match': () => fill('GET', pathOf('groups.get.by-id'), '10.77.7.7', 1),
    'groups.delete.content-type-json-no-length': edit((state) => {
      platform(state).name = 'Platform Team 3';
    }),
    'add.semicolon-raw': edit((state) => join(state, developers(state), ['semi;colon'])),
    'add.old-privilege-system.editor.to-no-access-group': root({ hasOldPrivileges: true }),
    'add.oidc-managed': root({ hasOldPrivileges: false, isOidcManaged: true }),
    'add.auth.adder.unknown-user': root({ isOidcManaged: false }),
    'old-privilege-system.editor.create-admin-group (boundary)': root({ hasOldPrivileges: true }),
    'remove.ok': root({ hasOldPrivileges: false }),
    'remove.oidc-managed': root({ isOidcManaged: true }),
    'list.limit100': async () => {
      await root({ isOidcManaged: false })();
      await replay.edit((state) => {
        const into = developers(state);
        into.members = {};
        join(state, into, DEVELOPERS);
        const jane = state.users.find(({ username }) => username === 'jdoe');
        if (jane !== undefined) into.members[jane.id] = [SINCE];
      });
    },
    'paging.280-members.3-first-names.existingMembers.limit100.offset0': everyone(() => 1),
    'paging.duplicate-rows.totalCount-counts-rows': everyone((n) => (n <= 2 ? 2 : 1)),
    'paging.280-members.3-full-names.existingMembers.limit100.last-page (280 rows over all pages, 275 different)':
      async () => {
        await everyone(() => 1)();
        await lastNames(() => 'Smith')();
      },
    'paging.280-members.3-first-names.existingMembers.limit25.last-page (280 rows over all pages, 212 different)':
      lastNames((n) => `L${n}`),
    'identities.add.oidc-managed (not refused)': root({ isOidcManaged: true }),
    'identities.add.ok': async () => {
      await root({ isOidcManaged: false })();
      await replay.edit((state) => {
        developers(state).identities['ff44769c-d673-4a46-9ed5-1725aa1ab08f'] = SINCE;
      });
    },
    'concurrency.20-removes-same-user-in-parallel': edit((state) =>
      join(state, platform(state), ['user021']),
    ),
    // The limit is of the third call.
    'token.uses-limit-3.call-4': () =>
      [1, 2].reduce(
        (before) =>
          before.then(async () => {
            const Authorization = `Bearer ${replay.tokens.get('uses') ?? ''}`;
            await replay.ask('GET', '/api/v1/groups', { Authorization }, '');
          }),
        Promise.resolve(),
      ),
    'token.revoke': () => logIn('revoked', 'revoked'),
    'token.revoked.use': () => {
      replay.tokens.set('rev', replay.tokens.get('revoked') ?? '');
    },
    'token.identity-removed-from-organization': async () => {
      await logIn('gone', 'gone');
      await replay.edit((state) => {
        state.identities = state.identities.filter(({ id }) => id !== idOf('gone'));
      });
    },
    'token.address-not-trusted': () => logIn('per', 'per'),
    'token.expired.GET': () => wait(4),
    'projects.list.default (all projects; joinedGroupAt null = not assigned)': edit((state) => {
      const shop = state.projects.find(({ slug }) => slug === 'web-shop');
      shop?.groups.push(developers(state).id);
    }),
    'sub.own-group.add': edit(({ users }) => {
      const user = users.find(({ username }) => username === 'user031@example.com');
      if (user !== undefined) user.subOrganizations = [BRANCH.id];
    }),
    'sub.token-after-delete': edit((state) => {
      state.organizations = state.organizations.filter(({ id }) => id !== BRANCH.id);
    }),
    'linked.groups.list': edit((state) => {
      state.organizations.push(BRANCH, BRANCH_TWO);
      platform(state).links = { [BRANCH.id]: { role: 'member', roleId: null } };
    }),
    'linked.oidc-of-the-parent.add (not refused)': root({ isOidcManaged: true }),
    'linked.delete-in-the-parent': root({ isOidcManaged: false }),
    'linked.login-by-membership-through-a-linked-group.member': edit((state) => {
      const linked = developers(state);
      linked.links = { [BRANCH_TWO.id]: { role: 'member', roleId: null } };
      linked.identities[idOf('guest')] = SINCE;
    }),
    'unlicensed.create (rate limiter on as well here)': async () => {
      await replay.edit((state) => {
        const more = [{ name: 'Scim group 2' }];
        state.groups.push(
          ...(completeLists(state, { groups: more })['groups'] as InfisicalGroup[]),
        );
      });
      await replay.start({ ...LIMITS, planLimited: true });
    },
    'ratelimit.read.first-of-window (limiter switched on by a patch, as on the cloud)': () =>
      replay.start(LIMITS),
    'ratelimit.read.last-of-window': () => fill('GET', pathOf('ratelimit.429.get'), '10.2.2.2', 58),
    'ratelimit.429.add': async () => {
      await fill('POST', pathOf('ratelimit.429.add'), '10.2.2.5', 199);
      await replay.edit((state) => {
        const into = developers(state);
        const user = state.users.find(({ username }) => username === 'user083@example.com');
        // What filled the window did not happen on the recorded server.
        if (user !== undefined) into.members = without(into.members, user.id);
      });
      wait(2);
    },
    'ratelimit.429.login': () => fill('POST', LOGIN, '10.2.2.6', 199),
    'ratelimit.429.get.1s-early': () => wait(57),
    'ratelimit.after-waiting-retry-after': () => wait(1),
    'route.unknown': () => replay.start(),
  };
}

function without<T>(all: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([each]) => each !== key));
}

/** The tokens that recorded logins give, for later exchanges. */
export const LOGINS: Readonly<Record<string, string>> = {
  'login.identity-inactive-in-organization': 'inactive',
  'login.short-ttl-4s': 'short',
  'login.uses-limit-3': 'uses',
  'login.organizationSlug.sub': 'sub',
};
