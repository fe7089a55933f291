import type { AppCommand } from '../../../../cli/command.ts';
import type { Deps, ServerOptions } from '../../../../cli/deps.ts';
import { GroupctlError } from '../../../../errors.ts';
import { type VerbResult, registerVerb, type Start } from '../../../../cli/verb.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import { type MemberList, presentMembers } from '../../../../output/results/lists.ts';
import { withConnection } from '../../../../operations/with-connection.ts';

export interface Options extends ServerOptions {
  readonly name: string;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, MemberList>(parent, start, {
    name: 'list',
    summary: 'List the members of a group.',
    options: (add) => {
      add.required('--name <group>', 'the group');
      addServerOptions(add);
    },
    examples: [
      'groupctl security groups members list --name=Developers',
      'groupctl security groups members list --name=Developers --json',
    ],
    json: '[{"member","type","user"?}]',
    exitCodes: SERVER_EXIT_CODES,
    run,
    present: presentMembers,
  });
}

/** The members of one group, in the server's order. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<MemberList>> {
  return await withConnection(options, deps, async ({ directory }) => {
    const group = await directory.findGroup(options.name);
    const [result] = await directory.snapshot([group]);
    if (result === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
    const { listLines } = await import('../../../../files/list-line.ts');
    const lines = listLines(result.members.map(({ member }) => member));
    return { result: { ...result, lines } };
  });
}
