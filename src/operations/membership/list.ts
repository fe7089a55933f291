import type { AccountFacts } from '../../backends/port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { GroupState } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { bothGivenError } from '../../errors.ts';
import type { ListedMembers } from '../../output/results/lists.ts';
import { stateOf } from '../group-state.ts';
import { withConnection } from '../with-connection.ts';

export interface ListMembersOptions extends ServerOptions {
  readonly name?: string;
  readonly allGroups?: boolean;
  readonly long?: boolean;
}

export type MembersResult =
  | { readonly show: 'names'; readonly list: ListedMembers }
  | { readonly show: 'people'; readonly group: GroupState }
  | { readonly show: 'all-groups'; readonly groups: readonly GroupState[] };

/** The members of one group or of all, in the server's order. */
export async function listMembers(
  options: ListMembersOptions,
  deps: Deps,
): Promise<VerbResult<MembersResult>> {
  const { name, allGroups } = options;
  if (name !== undefined && allGroups === true) {
    throw bothGivenError('--name', '--all-groups');
  }
  if (allGroups === true && options.long === true) {
    throw bothGivenError('--all-groups', '--long');
  }
  return await withConnection(options, deps, async ({ directory }) => {
    if (name === undefined) {
      return { result: { show: 'all-groups', groups: await directory.snapshot() } };
    }
    const group = await directory.findGroup(name);
    const state = await stateOf(group, directory);
    const isEmpty = state.members.length === 0;
    // A terminal shows their number.
    if (isEmpty && !deps.io.stdout.isTTY) deps.warn(`No members in ${state.group.name}.`);
    if (options.long === true) {
      return { result: { show: 'people', group: await withPeople(state, directory.accounts) } };
    }
    const { listLines } = await import('../../files/list-line.ts');
    const lines = listLines(state.members.map(({ member }) => member));
    return { result: { show: 'names', list: { ...state, lines } } };
  });
}

/** Members with what the list of users says about them, where the group itself does not. */
async function withPeople(
  state: GroupState,
  accounts: AccountFacts | undefined,
): Promise<GroupState> {
  const people = await accounts?.people();
  if (people === undefined) return state;
  const exact = new Map(people.map((user) => [user.username, user]));
  const byName = new Map(people.map((user) => [foldName(user.username ?? ''), user]));
  const members = state.members.map((row) => {
    const user = row.user ?? exact.get(row.member) ?? byName.get(foldName(row.member));
    return user === undefined ? row : { ...row, user };
  });
  return { ...state, members };
}
