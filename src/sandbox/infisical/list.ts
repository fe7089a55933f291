/** The list of a group's users, which shows everybody. */
import { json } from '../http.ts';
import type { InfisicalGroup, InfisicalUser } from './model.ts';
import { likeMatcher, unstablePage } from './paging.ts';
import { groupById, permit } from './permit.ts';
import { listQuery, type ListQuery, type ListRules } from './query.ts';
import type { Route } from './routes.ts';
import type { IndexedUser } from './server.ts';
import { broken } from './wire.ts';

const OLD_LIST: ListRules = { maxOffset: 100 };

/** What `search` takes on the lists of users and of machine identities: never nothing. */
export const SEARCH: Pick<ListRules, 'searchPattern' | 'searchRule'> = {
  searchPattern: /^[\p{L}\p{N} \-._@+'/:]+$/u,
  searchRule:
    "Invalid search: only letters, numbers, spaces, and the characters - . _ @ + ' / : are allowed.",
};

const NEW_LIST: ListRules = {
  ...SEARCH,
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
    const group = groupById(call, server.replica.view(infisical), params[0] ?? '');
    if (!server.isOld) assertDatabaseTakes(query);
    // A search with these becomes an odd statement on the recorded server.
    if (server.isOld && /['?]/.test(query.search ?? '')) throw broken('Find all org members');
    const rows = rowsOf(server.users.sorted(infisical, group.orgId), group, query, server.isOld);
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

/** Numbers and characters that the database does not take are 500. */
function assertDatabaseTakes({ offset, username }: ListQuery): void {
  if (offset > Number.MAX_SAFE_INTEGER || username?.includes('\0') === true) {
    throw broken('Find all user group members');
  }
}

/** A user comes once a row of membership, so several times after equal adds at once. */
function rowsOf(
  users: readonly IndexedUser[],
  group: InfisicalGroup,
  query: ListQuery,
  isOld: boolean,
): Row[] {
  const matches = matcher(query, isOld);
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

/** `search` looks at names, user name and (new) address, and wins over `username`. */
function matcher({ search, username }: ListQuery, isOld: boolean): (user: IndexedUser) => boolean {
  if (search !== undefined && search !== '') {
    const like = likeMatcher(search);
    return ({ user, name }) =>
      like(
        [user.firstName, user.lastName, name, isOld ? null : user.email]
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
