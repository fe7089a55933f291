import { http, HttpResponse, type RequestHandler } from 'msw';

/** msw handlers of a small ProGet, and the state behind them. */

export interface FakeGroup {
  name: string;
  users?: string[] | null;
  [unknown: string]: unknown;
}

export interface FakeProget {
  groups: FakeGroup[];
  users: { name: string; groups?: string[] | null }[];
}

export function fakeProget(members: string[] = ['djones'], others: string[] = []): FakeProget {
  return {
    groups: [{ name: 'Developers', users: members }],
    users: [...members, 'jsmith', 'John Smith', ...others].map((name) => ({ name, groups: [] })),
  };
}

export const listGroups = (state: FakeProget): RequestHandler =>
  http.get('*/api/security/groups/list', () => HttpResponse.json(state.groups));

export const listUsers = (state: FakeProget): RequestHandler =>
  http.get('*/api/security/users/list', () => HttpResponse.json(state.users));

export const updateGroup = (state: FakeProget): RequestHandler =>
  http.post('*/api/security/groups/update', async ({ request }) => {
    const group = (await request.json()) as FakeGroup;
    const at = state.groups.findIndex(({ name }) => name === group.name);
    if (at === -1) return new HttpResponse('no such group', { status: 404 });
    state.groups[at] = group;
    return HttpResponse.json(group);
  });

/** The three that adding a new member takes. */
export const addHandlers = (state: FakeProget): RequestHandler[] => [
  listUsers(state),
  listGroups(state),
  updateGroup(state),
];
