import { http, HttpResponse, type RequestHandler } from 'msw';
import { CUT_AFTER, serve, type TestServer } from './server.ts';

/** msw handlers of a small ProGet, and the state behind them. */

export interface FakeGroup {
  name: string;
  users?: string[] | null;
  [unknown: string]: unknown;
}

export interface FakeUser {
  name: string;
  groups?: string[] | null;
}

export interface FakeProget {
  groups: FakeGroup[];
  users: FakeUser[];
}

export function fakeProget(members: string[] = ['djones'], others: string[] = []): FakeProget {
  return {
    groups: [{ name: 'Developers', users: members }],
    users: [...members, 'jsmith', 'John Smith', ...others].map((name) => ({ name, groups: [] })),
  };
}

/** The requests, as `TestServer.calls()` shows them. */
export const USERS = 'GET /api/security/users/list';
export const GROUPS = 'GET /api/security/groups/list';
export const UPDATE = 'POST /api/security/groups/update';
export const ADD_GROUP = 'POST /api/security/groups/add';

export const listGroups = (state: FakeProget): RequestHandler =>
  http.get('*/api/security/groups/list', () => HttpResponse.json(state.groups));

export const listUsers = (state: FakeProget): RequestHandler =>
  http.get('*/api/security/users/list', () => HttpResponse.json(state.users));

/** The list of permissions: `groups delete` records those of the group. */
export const listPermissions = (permissions: readonly object[] = []): RequestHandler =>
  http.get('*/api/security/permissions/list', () => HttpResponse.json(permissions));

export const updateGroup = (state: FakeProget): RequestHandler =>
  inTurn('post', 'groups/update', applied(state));

/** The three that adding a new member takes. */
export const addHandlers = (state: FakeProget): RequestHandler[] => [
  listUsers(state),
  listGroups(state),
  updateGroup(state),
];

/** A server with these groups whose writes of a member list are answered in turn. */
export const serveWrites = async (state: FakeProget, ...turns: Turn[]): Promise<TestServer> =>
  await serve(listGroups(state), inTurn('post', 'groups/update', ...turns));

/** `groups/add` of the older server: adds the users to a group that exists. */
export const addToGroup = (state: FakeProget): RequestHandler =>
  inTurn('post', 'groups/add', async (request) => {
    const { name, users } = (await request.json()) as FakeGroup;
    const group = state.groups.find((candidate) => candidate.name === name);
    if (group === undefined) return new HttpResponse('no such group', { status: 400 });
    group.users = [...(group.users ?? []), ...(users ?? [])];
    return HttpResponse.json(group);
  });

/** `groups/add` of today's server: creates a group. */
export const createGroup = (state: FakeProget): RequestHandler =>
  inTurn('post', 'groups/add', async (request) => {
    state.groups.push((await request.json()) as FakeGroup);
    return new HttpResponse(null, { status: 200 });
  });

export const deleteGroup = (state: FakeProget): RequestHandler =>
  inTurn('delete', 'groups/delete', (request) => {
    const name = new URL(request.url).searchParams.get('group');
    state.groups = state.groups.filter((group) => group.name !== name);
    return new HttpResponse(null, { status: 200 });
  });

export type Turn = (request: Request) => Response | Promise<Response>;

/** One call under `api/security/` that is answered in turn; the last answer is for all the rest. */
export function inTurn(
  method: 'get' | 'post' | 'delete',
  call: string,
  ...turns: Turn[]
): RequestHandler {
  let asked = 0;
  return http[method](`*/api/security/${call}`, async ({ request }) => {
    const turn = turns[Math.min(asked++, turns.length - 1)];
    if (turn === undefined) throw new Error(`no answer to ${call}`);
    return await turn(request);
  });
}

/** The write is done and answered. */
export const applied =
  (state: FakeProget): Turn =>
  async (request) => {
    const group = await apply(state, request);
    return group === undefined
      ? new HttpResponse('no such group', { status: 404 })
      : HttpResponse.json(group);
  };

/** The write is done, and then something else comes back. */
export const appliedBut =
  (state: FakeProget, turn: Turn): Turn =>
  async (request) => {
    await apply(state, request.clone());
    return await turn(request);
  };

async function apply(state: FakeProget, request: Request): Promise<FakeGroup | undefined> {
  const group = (await request.json()) as FakeGroup;
  const at = state.groups.findIndex(({ name }) => name === group.name);
  if (at === -1) return undefined;
  state.groups[at] = group;
  return group;
}

export const groupsOf =
  (state: FakeProget): Turn =>
  () =>
    HttpResponse.json(state.groups);

export const status =
  (code: number, body: string | null = null, headers: Record<string, string> = {}): Turn =>
  () =>
    new HttpResponse(body, { status: code, headers });

/** The connection is closed without an answer. */
export const noAnswer: Turn = () => HttpResponse.error();

/** The answer breaks off inside its body. */
export const cut: Turn = () =>
  new HttpResponse('{"name":"Developers","users":[]}', {
    headers: { [CUT_AFTER]: '10', 'content-type': 'application/json' },
  });

/** The request is taken, and no answer comes at all. */
export const silence: Turn = () => new Promise<Response>(() => undefined);

export const page = (title = 'Sign in', code = 200): Turn =>
  status(code, `<!doctype html><html><head><title>${title}</title></head></html>`, {
    'content-type': 'text/html',
  });
