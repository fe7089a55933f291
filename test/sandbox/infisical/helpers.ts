import { onTestFinished } from 'vitest';
import { identityToken, signToken, userToken } from '../../../src/sandbox/infisical/token.ts';
import { type SandboxOptions, startSandbox } from '../../../src/sandbox/server.ts';

export { identityToken, signToken, userToken };

/** Whatever an answer may hold; a test asks for what it expects. */
export interface Body {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly accessTokenMaxTTL: number;
  readonly error: string;
  readonly message: string;
  readonly details: { readonly missingPermissions: unknown[] };
  readonly id: string;
  readonly orgId: string;
  readonly slug: string;
  readonly totalCount: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Listed {
  readonly id: string;
  readonly username: string;
  readonly isPartOfGroup: boolean;
  readonly joinedGroupAt?: string | null;
}

export const GROUPS = '/api/v1/groups';
export const LOGIN = '/api/v1/auth/universal-auth/login';

/** An Infisical sandbox that ends with the test, and short ways to talk to it. */
export async function startInfisical(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({ kind: 'infisical', ...options });
  onTestFinished(() => sandbox.close());

  async function call(
    method: string,
    path: string,
    body?: unknown,
    token: string | null = sandbox.apiKey,
  ): Promise<Answer> {
    const init: RequestInit = { method };
    const headers: Record<string, string> = {};
    if (token !== null) headers['Authorization'] = `Bearer ${token}`;
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(body);
    }
    const response = await fetch(`${sandbox.url}${path}`, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      // The sandbox's own addresses answer with a sentence.
      body: (/^[[{]/.test(text) ? JSON.parse(text) : text) as Body,
    };
  }

  /** The id of a group, by its slug. */
  async function idOf(slug: string): Promise<string> {
    const { body } = await call('GET', GROUPS);
    const group = (body as unknown as { id: string; slug: string }[]).find(
      (one) => one.slug === slug,
    );
    if (group === undefined) throw new Error(`There is no ${slug}.`);
    return group.id;
  }

  async function users(slug: string, query = ''): Promise<{ users: Listed[]; totalCount: number }> {
    const { status, body } = await call('GET', `${GROUPS}/${await idOf(slug)}/users?${query}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body as unknown as { users: Listed[]; totalCount: number };
  }

  return {
    sandbox,
    call,
    idOf,
    users,
    /** The user names of a group's members, a name once a row. */
    members: async (slug: string): Promise<string[]> => {
      const page = await users(slug, 'limit=100');
      return page.users.filter((user) => user.isPartOfGroup).map(({ username }) => username);
    },
    add: async (slug: string, username: string, token?: string) =>
      call('POST', await userPath(slug, username), undefined, token),
    remove: async (slug: string, username: string, token?: string) =>
      call('DELETE', await userPath(slug, username), undefined, token),
    patch: (infisical: object) => call('PATCH', '/_sandbox/state', { infisical }, null),
    faults: (...faults: object[]) => call('PUT', '/_sandbox/faults', faults, null),
  };

  async function userPath(slug: string, username: string): Promise<string> {
    return `${GROUPS}/${await idOf(slug)}/users/${encodeURIComponent(username)}`;
  }
}

/** What an error says, apart from its request id. */
export function said({ status, body }: Answer): [number, string, unknown] {
  return [status, body.error, body.message];
}

/** So many users of the organization, of one first name unless told otherwise. */
export function crowd(
  count: number,
  firstName = 'Same',
): { username: string; firstName: string }[] {
  return Array.from({ length: count }, (_, n) => ({
    username: `user${String(n).padStart(4, '0')}@corp.test`,
    firstName,
  }));
}
