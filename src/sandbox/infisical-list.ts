/** The list of a group's users, which shows everybody. */
import { json } from './http.ts';
import type { InfisicalGroup, InfisicalUser } from './infisical-model.ts';
import { likeMatcher, unstablePage } from './infisical-paging.ts';
import { groupById, permit } from './infisical-permit.ts';
import { listQuery, type ListQuery, type ListRules } from './infisical-query.ts';
import type { Route } from './infisical-routes.ts';
import type { IndexedUser } from './infisical-server.ts';
import { broken } from './infisical-wire.ts';

const OLD_LIST: ListRules = { maxOffset: 100 };

const NEW_LIST: ListRules = {
  searchPattern: /^[a-zA-Z0-9\-.@]*$/,
  searchRule: 'Invalid pattern: only alphanumeric characters, -, ., @ are allowed.',
  filters: ['existingMembers', 'nonMembers'],
};

interface Row {
  readonly user: InfisicalUser;
  readonly joined: string | undefined;
}

/** Every user of the organization, members or not, unless it is filtered. */
export const listUsers: Route['answer'] = async (call) => {
  const { server, params } = call;
  const query = listQuery(call.request.query, server.isOld ? OLD_LIST : NEW_LIST);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(server.replica.view(infisical), params[0] ?? '');
    // A search with these becomes an odd statement on the recorded server.
    if (server.isOld && /['?]/.test(query.search ?? '')) throw broken('Find all org members');
    const rows = rowsOf(server.users.sorted(infisical), group, query);
    const page = unstablePage(
      rows,
      query.offset,
      query.limit,
      (a, b) => a.user.firstName === b.user.firstName,
    );
    // The count comes with the rows: past the end there is none.
    const totalCount = page.length === 0 ? 0 : rows.length;
    return json({ users: page.map((row) => shownRow(row, server.isOld)), totalCount });
  });
};

/** A user comes once a row of membership, so several times after equal adds at once. */
function rowsOf(users: readonly IndexedUser[], group: InfisicalGroup, query: ListQuery): Row[] {
  const matches = matcher(query);
  const rows: Row[] = [];
  for (const indexed of users) {
    const { user } = indexed;
    const joined = Object.hasOwn(group.members, user.id) ? group.members[user.id] : undefined;
    if (query.filter === 'existingMembers' && joined === undefined) continue;
    if (query.filter === 'nonMembers' && joined !== undefined) continue;
    if (!matches(indexed)) continue;
    if (joined === undefined) rows.push({ user, joined });
    else for (const since of joined) rows.push({ user, joined: since });
  }
  return rows;
}

/** `search` looks at both names and the user name, and wins over `username`. */
function matcher({ search, username }: ListQuery): (user: IndexedUser) => boolean {
  if (search !== undefined && search !== '') {
    const like = likeMatcher(search);
    return ({ user, name }) =>
      like(
        [user.firstName, user.lastName, name]
          .filter((it) => it !== null)
          .join(' ')
          .toLowerCase(),
      );
  }
  if (username === undefined || username === '') return () => true;
  const like = likeMatcher(username);
  return ({ name }) => like(name);
}

function shownRow({ user, joined }: Row, isOld: boolean): object {
  const { email, username, firstName, lastName, id } = user;
  const row = { email, username, firstName, lastName, id, isPartOfGroup: joined !== undefined };
  return isOld ? row : { ...row, joinedGroupAt: joined ?? null };
}
