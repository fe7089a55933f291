import type { AppCommand } from '../../../../cli/command.ts';
import { registerVerb, type Start } from '../../../../cli/verb.ts';
import { changeVerb } from './add-remove-verb.ts';

/** Adds members to one group. */
export function register(parent: AppCommand, start: Start): void {
  const verb = changeVerb('add', {
    summary: 'Add members to a group; existing members are skipped.',
    examples: [
      'groupctl security groups members add --member="John Smith" --name=Developers',
      'groupctl security groups members add --name=QA --member=jsmith --member=djones --dry-run',
      "groupctl security groups members add --name=QA --member='CORP\\akhan' --no-user-check",
    ],
  });
  registerVerb(parent, start, verb);
}
