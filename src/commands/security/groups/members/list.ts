import type { AppCommand } from '../../../../cli/command.ts';
import type { Deps, ServerOptions } from '../../../../cli/deps.ts';
import type { GroupState } from '../../../../domain/group.ts';
import { GroupctlError, usageError } from '../../../../errors.ts';
import { type VerbResult, registerVerb, type Start } from '../../../../cli/verb.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import {
  type MemberList,
  presentAllMembers,
  presentMembers,
} from '../../../../output/results/lists.ts';
import { withConnection } from '../../../../operations/with-connection.ts';

export interface Options extends ServerOptions {
  readonly name?: string;
  readonly allGroups?: boolean;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, MemberList | readonly GroupState[]>(parent, start, {
    name: 'list',
    summary: 'List the members of a group.',
    options: (add) => {
      add.value('--name <group>', 'the group');
      add.flag('--all-groups', 'the members of all groups');
      addServerOptions(add);
    },
    examples: [
      'groupctl security groups members list --name=Developers',
      'groupctl security groups members list --name=Developers --json',
      'groupctl security groups members list --all-groups --output=csv',
    ],
    oneOf: ['--name', '--all-groups'],
    json: '[{"member","type","user"?}]\nwith --all-groups: [{"group","member","type"}]',
    exitCodes: SERVER_EXIT_CODES,
    run,
    present: (result) => ('lines' in result ? presentMembers(result) : presentAllMembers(result)),
  });
}

/** The members of one group or of all, in the server's order. */
export async function run(
  options: Options,
  deps: Deps,
): Promise<VerbResult<MemberList | readonly GroupState[]>> {
  const { name, allGroups } = options;
  if (name !== undefined && allGroups === true) {
    throw usageError('--name and --all-groups are both given.', 'Use one or the other.');
  }
  return await withConnection(options, deps, async ({ directory }) => {
    if (name === undefined) return { result: await directory.snapshot() };
    const group = await directory.findGroup(name);
    const [result] = await directory.snapshot([group]);
    if (result === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
    const { listLines } = await import('../../../../files/list-line.ts');
    const lines = listLines(result.members.map(({ member }) => member));
    return { result: { ...result, lines } };
  });
}
