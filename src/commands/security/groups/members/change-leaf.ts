import type { ChangeOp } from '../../../../domain/change.ts';
import type { ChangeResult } from '../../../../domain/outcome.ts';
import type { Leaf } from '../../../../leaf.ts';
import {
  addGuardOptions,
  addMembershipOptions,
  addServerOptions,
  CHANGE_EXIT_CODES,
} from '../../../../options.ts';
import { presentChange } from '../../../../output/change.ts';
import type { ChangeVerbOptions } from './change-members.ts';
import { CHANGE_JSON } from './help.ts';
import { addWhoOptions, WHO } from './who.ts';

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
      if (op === 'remove') addGuardOptions(add, 'with --file: ');
      addMembershipOptions(add);
      addServerOptions(add);
    },
    oneOf: WHO,
    examples,
    json: CHANGE_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('./change-members.ts')).changeMembers(op, options, deps),
    present: presentChange,
  };
}
