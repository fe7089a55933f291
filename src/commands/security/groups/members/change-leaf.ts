import type { Deps, ServerOptions, WriteOptions } from '../../../../deps.ts';
import type { ChangeOp } from '../../../../domain/change.ts';
import type { ChangeResult } from '../../../../domain/outcome.ts';
import type { Done, Leaf } from '../../../../leaf.ts';
import { addMembershipOptions, addServerOptions, CHANGE_EXIT_CODES } from '../../../../options.ts';
import { presentChange } from '../../../../output/change.ts';
import { changeMembers } from './change-members.ts';
import { CHANGE_JSON } from './help.ts';
import { addWhoOptions, WHO, whoFrom } from './who.ts';

/** Options of the verbs that change members by name. */
export interface ChangeVerbOptions extends ServerOptions, WriteOptions {
  readonly name: string;
  readonly member?: readonly string[];
  readonly identity?: readonly string[];
}

/** The verb that is called as its operation is, with its own words and examples. */
export function changeLeaf(
  op: ChangeOp,
  { summary, examples }: { readonly summary: string; readonly examples: readonly string[] },
): Leaf<ChangeVerbOptions, ChangeResult> {
  return {
    name: op,
    summary,
    options: (add) => {
      addWhoOptions(add, `to ${op}`);
      add.required('--name <group>', 'the group');
      addMembershipOptions(add);
      addServerOptions(add);
    },
    oneOf: WHO,
    examples,
    json: CHANGE_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: (options, deps) => runChange(op, options, deps),
    present: presentChange,
  };
}

/** Changes the members of one group. */
async function runChange(
  op: ChangeOp,
  options: ChangeVerbOptions,
  deps: Deps,
): Promise<Done<ChangeResult>> {
  const request = {
    op,
    command: `security groups members ${op}`,
    groupName: options.name.trim(),
    members: whoFrom(options),
  };
  return await changeMembers(request, options, deps);
}
