import type { AppCommand } from '../../../../command.ts';
import type { Deps, ServerOptions, WriteOptions } from '../../../../deps.ts';
import type { ChangeResult } from '../../../../domain/outcome.ts';
import { type Done, registerLeaf, type Start } from '../../../../leaf.ts';
import { addMembershipOptions, addServerOptions, CHANGE_EXIT_CODES } from '../../../../options.ts';
import { presentChange } from '../../../../output/change.ts';
import { changeMembers } from './change-members.ts';
import { CHANGE_JSON } from './help.ts';
import { addWhoOptions, WHO, whoFrom } from './who.ts';

export interface Options extends ServerOptions, WriteOptions {
  readonly name: string;
  readonly member?: readonly string[];
  readonly identity?: readonly string[];
}

export function register(parent: AppCommand, start: Start): void {
  registerLeaf<Options, ChangeResult>(parent, start, {
    name: 'remove',
    summary: 'Remove members from a group; one who is not there is no error.',
    options: (add) => {
      addWhoOptions(add, 'to remove');
      add.required('--name <group>', 'the group');
      addMembershipOptions(add);
      addServerOptions(add);
    },
    oneOf: WHO,
    examples: [
      'groupctl security groups members remove --name=Developers --member=jsmith',
      'groupctl security groups members remove --name=QA --member=jsmith --member=djones --dry-run',
    ],
    json: CHANGE_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run,
    present: presentChange,
  });
}

/** Removes members from one group. */
export async function run(options: Options, deps: Deps): Promise<Done<ChangeResult>> {
  return await changeMembers(
    {
      op: 'remove',
      command: 'security groups members remove',
      groupName: options.name.trim(),
      members: whoFrom(options),
    },
    options,
    deps,
  );
}
