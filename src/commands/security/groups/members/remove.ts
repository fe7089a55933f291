import type { AppCommand } from '../../../../cli/command.ts';
import { registerVerb, type Start } from '../../../../cli/verb.ts';
import { changeVerb } from './add-remove-verb.ts';

/** Removes members from one group. */
export function register(parent: AppCommand, start: Start): void {
  const verb = changeVerb('remove', {
    summary: 'Remove members from a group; one who is not there is no error.',
    examples: [
      'groupctl security groups members remove --name=Developers --member=jsmith',
      'groupctl security groups members remove --name=QA --member=jsmith --member=djones --dry-run',
    ],
  });
  registerVerb(parent, start, verb);
}
