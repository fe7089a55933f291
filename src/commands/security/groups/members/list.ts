import type { AppCommand } from '../../../../cli/command.ts';
import type { Deps, ServerOptions } from '../../../../cli/deps.ts';
import type { AccountFacts } from '../../../../backends/port.ts';
import { foldName } from '../../../../domain/names.ts';
import type { GroupState } from '../../../../domain/group.ts';
import { bothGivenError, GroupctlError } from '../../../../errors.ts';
import { type VerbResult, registerVerb, type Start } from '../../../../cli/verb.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import type { MemberList } from '../../../../output/results/lists.ts';
import { withConnection } from '../../../../operations/with-connection.ts';

export interface Options extends ServerOptions {
  readonly name?: string;
  readonly allGroups?: boolean;
  readonly long?: boolean;
}

type Listed = MemberList | GroupState | readonly GroupState[];

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, Listed>(parent, start, {
    name: 'list',
    summary: 'List the members of a group.',
    options: (add) => {
      add.value('--name <group>', 'the group');
      add.flag('--all-groups', 'the members of all groups');
      add.flag('--long', 'their type, name and e-mail, too (needs --name)');
      addServerOptions(add);
    },
    examples: [
      'groupctl security groups members list --name=Developers',
      'groupctl security groups members list --name=Developers --long',
      'groupctl security groups members list --name=Developers --json',
      'groupctl security groups members list --all-groups --output=csv',
    ],
    oneOf: [['--name', '--all-groups']],
    isList: true,
    json: '[{"member","type","user"?}]\nwith --all-groups: [{"group","member","type"}]',
    exitCodes: SERVER_EXIT_CODES,
    run,
    present: async () => {
      const lists = await import('../../../../output/results/lists.ts');
      return (result) => {
        if (!('group' in result)) return lists.presentAllMembers(result);
        return 'lines' in result ? lists.presentMembers(result) : lists.presentLongMembers(result);
      };
    },
  });
}

/** The members of one group or of all, in the server's order. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<Listed>> {
  const { name, allGroups } = options;
  if (name !== undefined && allGroups === true) {
    throw bothGivenError('--name', '--all-groups');
  }
  if (allGroups === true && options.long === true) {
    throw bothGivenError('--all-groups', '--long');
  }
  return await withConnection(options, deps, async ({ directory }) => {
    if (name === undefined) return { result: await directory.snapshot() };
    const group = await directory.findGroup(name);
    const [result] = await directory.snapshot([group]);
    if (result === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
    const isEmpty = result.members.length === 0;
    // A terminal shows their number.
    if (isEmpty && !deps.io.stdout.isTTY) deps.warn(`No members in ${result.group.name}.`);
    if (options.long === true) return { result: await withPeople(result, directory.accounts) };
    const { listLines } = await import('../../../../files/list-line.ts');
    const lines = listLines(result.members.map(({ member }) => member));
    return { result: { ...result, lines } };
  });
}

/** Members with what the list of users says about them, where the group itself does not. */
async function withPeople(
  state: GroupState,
  accounts: AccountFacts | undefined,
): Promise<GroupState> {
  const people = await accounts?.people();
  if (people === undefined) return state;
  const byName = new Map(people.map((user) => [foldName(user.username ?? ''), user]));
  const members = state.members.map((row) => {
    const user = row.user ?? byName.get(foldName(row.member));
    return user === undefined ? row : { ...row, user };
  });
  return { ...state, members };
}
