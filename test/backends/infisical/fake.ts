import { http, HttpResponse, type RequestHandler } from 'msw';

/** A small Infisical with the traps of the contract, for the backend's own tests. */

export interface FakeUser {
  id: string;
  username: string;
  firstName: string | null;
  lastName?: string | null;
  email?: string | null;
  /** Old servers answer 200 for such a user and do nothing. */
  noKeys?: boolean;
}

export interface FakeGroup {
  id: string;
  name: string;
  slug: string;
  /** One entry for each row: a user can have several. */
  members: string[];
  identities: string[];
  /** The organization it belongs to; another one than the caller's for a linked group. */
  orgId?: string;
}

export interface Limit {
  reads: number;
  writes: number;
  now: () => number;
}

export type Answer = {
  status: number;
  body?: unknown;
  /** JSON that no value of JavaScript is written as, in the place of a body. */
  text?: string;
  headers?: Record<string, string>;
};

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const TOKEN = 'st.fake-token-0001';

export class FakeInfisical {
  users: FakeUser[] = [];
  groups: FakeGroup[] = [];
  identities: { id: string; name: string }[] = [];
  /** `2026` has the one list of users and machine identities. */
  generation: '2026' | 'new' | 'old' = 'new';
  /** What `available-groups` lists; the route is missing where nothing is said. */
  available: string[] | undefined;
  limit: Limit | undefined;
  tokens = new Set([TOKEN]);
  calls: string[] = [];
  /** Users that are counted and never shown. */
  extraCount = 0;
  underWay = 0;
  mostUnderWay = 0;
  throttled = 0;
  /** Looked at before each call; what it returns is the answer. */
  intercept:
    | ((method: string, path: string) => Answer | Promise<Answer | undefined> | undefined)
    | undefined;
  /** Told of each list that was read. */
  onList: (() => void) | undefined;
  readonly #windows = { read: { from: 0, used: 0 }, write: { from: 0, used: 0 } };

  addUsers(count: number, make: (n: number) => Partial<FakeUser> = () => ({})): this {
    const from = this.users.length;
    for (let n = from; n < from + count; n++) {
      const username = `user${String(n).padStart(5, '0')}@corp.com`;
      this.users.push({ id: uuid(n), username, firstName: `First${n}`, ...make(n) });
    }
    return this;
  }

  addGroup(name: string, members: readonly string[] = [], slug = name.toLowerCase()): FakeGroup {
    const ids = members.map((username) => this.user(username)?.id ?? username);
    const group: FakeGroup = {
      id: uuid(900_000 + this.groups.length),
      name,
      slug,
      members: ids,
      identities: [],
    };
    this.groups.push(group);
    return group;
  }

  user(username: string): FakeUser | undefined {
    return this.users.find((user) => user.username === username);
  }

  membersOf(name: string): string[] {
    const group = this.groups.find((each) => each.name === name);
    return (group?.members ?? []).map(
      (id) => this.users.find((user) => user.id === id)?.username ?? id,
    );
  }

  handler(): RequestHandler {
    return http.all('*/api/*', async ({ request }) => {
      const url = new URL(request.url);
      this.calls.push(`${request.method} ${url.pathname}${url.search}`);
      this.underWay++;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
      try {
        const answer = await this.#answer(request, url);
        const { status, body, text, headers } = answer;
        if (text !== undefined) return new HttpResponse(text, { status });
        if (body === undefined) return new HttpResponse(null, { status, headers: headers ?? {} });
        return HttpResponse.json(body as object, { status, headers: headers ?? {} });
      } finally {
        this.underWay--;
      }
    });
  }

  async #answer(request: Request, url: URL): Promise<Answer> {
    const { method } = request;
    const made = await this.intercept?.(method, `${url.pathname}${url.search}`);
    if (made !== undefined) return made;
    if (url.pathname === '/api/status') return { status: 200, body: { message: 'Ok' } };
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (!this.tokens.has(token)) {
      return fail(403, 'TokenError', 'Your token has expired. Please re-authenticate.');
    }
    const { headers, refused } = this.#count(method === 'GET' ? 'read' : 'write');
    if (refused !== undefined) return refused;
    const body =
      method === 'POST' && request.headers.has('content-type') ? await request.json() : {};
    const answer = this.#route(method, url, body as Record<string, string>);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  #count(kind: 'read' | 'write'): { headers: Record<string, string>; refused?: Answer } {
    if (this.limit === undefined) return { headers: {} };
    const now = this.limit.now();
    const window = this.#windows[kind];
    if (now - window.from >= 60_000) Object.assign(window, { from: now, used: 0 });
    const limit = kind === 'read' ? this.limit.reads : this.limit.writes;
    const reset = Math.ceil((window.from + 60_000 - now) / 1000);
    const over = window.used >= limit;
    if (!over) window.used++;
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(limit - window.used),
      'x-ratelimit-reset': String(reset),
    };
    if (!over) return { headers };
    this.throttled++;
    const refused = fail(
      429,
      'RateLimitExceeded',
      'Rate limit exceeded. Please try again in 1 minute',
    );
    return {
      headers,
      refused: { ...refused, headers: { ...headers, 'retry-after': String(reset) } },
    };
  }

  #route(method: string, url: URL, body: Record<string, string>): Answer {
    if (url.pathname === '/api/v1/organization/available-groups') {
      if (this.available === undefined) return noRoute(method, url);
      return { status: 200, body: { groups: this.available.map((id) => ({ id })) } };
    }
    const [, id, what, name] = url.pathname.split('/').slice(3).map(decodeURIComponent);
    if (id === undefined || id === '') {
      return method === 'GET' ? { status: 200, body: this.groups.map(wire) } : this.#create(body);
    }
    const group = this.groups.find((each) => each.id === id);
    if (what === undefined) {
      this.groups = this.groups.filter((each) => each !== group);
      return { status: 200, ...(group === undefined ? {} : { body: wire(group) }) };
    }
    if (what === 'members' && this.generation !== '2026') return noRoute(method, url);
    const isUsers = what === 'users';
    if (!isUsers && this.generation === 'old') return noRoute(method, url);
    if (group === undefined) return fail(404, 'NotFound', `Failed to find group with ID ${id}`);
    if (what === 'members') return this.#members(group, url.searchParams);
    if (name === undefined) return this.#list(group, url.searchParams, isUsers);
    if (name.length > 100 || name === '') return noRoute(method, url);
    return isUsers
      ? this.#writeUser(method, group, name.trim())
      : this.#writeIdentity(method, group, name);
  }

  #create({ name = '', slug, role }: Record<string, string>): Answer {
    const taken = this.groups.some((group) => group.slug === slug);
    if (taken) return fail(500, 'Create', 'Something went wrong');
    if (role === 'no-such-role')
      return fail(404, 'NotFound', `Specified role '${role}' was not found`);
    const group = this.addGroup(name, [], slug ?? `${name.toLowerCase()}-x1`);
    return { status: 200, body: wire(group) };
  }

  #list(group: FakeGroup, query: URLSearchParams, isUsers: boolean): Answer {
    this.onList?.();
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? 10);
    const isOld = this.generation === 'old';
    if (isOld && offset > 100) {
      return fail(401, 'ValidationFailure', [
        { code: 'too_big', message: 'Number must be less than or equal to 100', path: ['offset'] },
      ]);
    }
    const filter = isOld ? null : query.get('filter');
    const onlyMembers = filter === 'existingMembers' || filter === 'assignedMachineIdentities';
    if (!isUsers) {
      const all = this.identities
        .map((each) => ({ ...each, isPartOfGroup: group.identities.includes(each.id) }))
        .filter((each) => !onlyMembers || each.isPartOfGroup);
      const rows = all.slice(offset, offset + limit);
      return { status: 200, body: { machineIdentities: rows, totalCount: all.length } };
    }
    const counts = new Map<string, number>();
    for (const id of group.members) counts.set(id, (counts.get(id) ?? 0) + 1);
    const wanted = like(query.get('username') ?? '');
    const matching = this.users.flatMap((user) => {
      const times = counts.get(user.id) ?? 0;
      if (!wanted(user.username) || (onlyMembers && times === 0)) return [];
      const row = { ...listed(user), isPartOfGroup: times > 0 };
      return Array.from({ length: Math.max(1, times) }, () => row);
    });
    // Sorted by first name alone: where those are equal every page has an order of its own.
    const rows = matching
      .map((row) => ({ row, tie: tie(row.id, offset) }))
      .sort((a, b) => order(a.row.firstName, b.row.firstName) || a.tie - b.tie)
      .map(({ row }) => row)
      .slice(offset, offset + limit);
    return {
      status: 200,
      body: { users: rows, totalCount: rows.length === 0 ? 0 : matching.length + this.extraCount },
    };
  }

  /** Sorted by the full name alone: equal ones have an order of their own on every page. */
  #members(group: FakeGroup, query: URLSearchParams): Answer {
    this.onList?.();
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? 10);
    const users = group.members.flatMap((id) => {
      const user = this.users.find((each) => each.id === id);
      if (user === undefined) return [];
      const { isPartOfGroup: _, ...shown } = { ...listed(user), isPartOfGroup: true };
      const names = [user.firstName, user.lastName ?? null].filter((part) => part !== null);
      const row = { id, joinedGroupAt: 'then', type: 'user', user: shown };
      return [{ name: names.join(' ') || user.username, row }];
    });
    const identities = group.identities.flatMap((id) => {
      const machineIdentity = this.identities.find((each) => each.id === id);
      if (machineIdentity === undefined) return [];
      const row = { id, joinedGroupAt: 'then', type: 'machineIdentity', machineIdentity };
      return [{ name: machineIdentity.name, row }];
    });
    const all = [...users, ...identities]
      .map((each) => ({ ...each, tie: tie(each.row.id, offset) }))
      .sort((a, b) => order(a.name, b.name) || a.tie - b.tie);
    const rows = all.slice(offset, offset + limit).map(({ row }) => row);
    const totalCount = rows.length === 0 ? 0 : all.length + this.extraCount;
    return { status: 200, body: { members: rows, totalCount } };
  }

  #writeUser(method: string, group: FakeGroup, username: string): Answer {
    const user = this.user(username);
    if (user === undefined)
      return fail(404, 'NotFound', `Failed to find user with username ${username}`);
    const isMember = group.members.includes(user.id);
    const body = listed(user);
    if (method === 'POST') {
      if (isMember)
        return fail(400, 'BadRequest', `User(s) are already part of the group ${group.slug}`);
      if (user.noKeys !== true) group.members.push(user.id);
      return { status: 200, body };
    }
    if (!isMember)
      return fail(403, 'ForbiddenError', `User(s) are not part of the group ${group.slug}`);
    group.members = group.members.filter((id) => id !== user.id);
    return { status: 200, body };
  }

  #writeIdentity(method: string, group: FakeGroup, id: string): Answer {
    if (!this.identities.some((each) => each.id === id))
      return fail(404, 'NotFound', 'No identity');
    if (method === 'POST') group.identities.push(id);
    else group.identities = group.identities.filter((each) => each !== id);
    return { status: 200, body: { id } };
  }
}

export const A = 'user00000@corp.com';
export const B = 'user00001@corp.com';
export const C = 'user00002@corp.com';

export function fakeWith(count = 5, members: string[] = [A]): FakeInfisical {
  const fake = new FakeInfisical().addUsers(count);
  fake.addGroup('Developers', members);
  return fake;
}

export const writes = (fake: FakeInfisical): string[] =>
  fake.calls.filter((call) => !call.startsWith('GET'));

/** Answers the first write with that, and lets the rest through. */
export function once(fake: FakeInfisical, answer: Answer, before?: () => void): void {
  let done = false;
  fake.intercept = (method) => {
    if (method === 'GET' || done) return undefined;
    done = true;
    before?.();
    return answer;
  };
}

export function fail(status: number, error: string, message?: unknown, more: object = {}): Answer {
  return { status, body: { reqId: 'req-1', statusCode: status, message, error, ...more } };
}

function noRoute(method: string, url: URL): Answer {
  return fail(404, 'Not Found', `Route ${method}:${url.pathname} not found`);
}

function wire({ id, name, slug, orgId = uuid(1) }: FakeGroup): object {
  return { id, orgId, name, slug, role: 'member', roleId: null };
}

function listed({ id, username, firstName, lastName = null, email }: FakeUser) {
  return { id, username, email: email ?? username, firstName, lastName };
}

/** Postgres' ILIKE '%…%': `%` and `_` are wildcards, the backslash quotes. */
function like(pattern: string): (text: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const point = pattern[at] as string;
    if (point === '%') source += '.*';
    else if (point === '_') source += '.';
    else
      source += (point === '\\' ? (pattern[++at] ?? '') : point).replace(
        /[.*+?^${}()|[\]\\]/g,
        '\\$&',
      );
  }
  if (source === '') return () => true;
  const regex = new RegExp(source, 'is');
  return (text) => regex.test(text);
}

function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}

/** A number that depends on both, and on nothing else. */
function tie(id: string, offset: number): number {
  let hash = 2166136261 ^ offset;
  for (const point of id.slice(-6)) hash = Math.imul(hash ^ point.charCodeAt(0), 16777619);
  return (hash ^ (hash >>> 13)) >>> 0;
}
