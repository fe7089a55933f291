import type { ChangeOp } from '../../../../domain/change.ts';
import type { ChangeResult } from '../../../../domain/outcome.ts';
import { type Register, verb } from '../../../../cli/verb.ts';
import {
  addGuardOptions,
  addMembershipOptions,
  addServerOptions,
  CHANGE_EXIT_CODES,
} from '../../../../cli/options.ts';
import { changeJson } from './change-json.ts';
import { addWhoOptions, type MembershipOptions, requestFrom, WHO } from './member-options.ts';

/** The verb that is called as its operation is, with its own words and examples. */
export function addRemoveVerb(
  op: ChangeOp,
  { summary, examples }: { readonly summary: string; readonly examples: readonly string[] },
): Register {
  return verb<MembershipOptions, ChangeResult>({
    name: op,
    summary,
    options: (add) => {
      addWhoOptions(add, `to ${op}`);
      add.required('--name <group>', 'the group');
      if (op === 'remove') addGuardOptions(add);
      addMembershipOptions(add);
      addServerOptions(add);
    },
    oneOf: [WHO],
    examples,
    json: changeJson(),
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../../operations/membership/add-remove.ts')).changeMembers(
        op,
        requestFrom(options),
        deps,
      ),
    present: async () => (await import('../../../../output/results/change.ts')).presentChange,
  });
}
