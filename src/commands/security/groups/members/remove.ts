import type { AppCommand } from '../../../../command.ts';
import { registerLeaf, type Start } from '../../../../leaf.ts';
import { changeLeaf } from './change-leaf.ts';

/** Removes members from one group. */
export function register(parent: AppCommand, start: Start): void {
  const leaf = changeLeaf('remove', {
    summary: 'Remove members from a group; one who is not there is no error.',
    examples: [
      'groupctl security groups members remove --name=Developers --member=jsmith',
      'groupctl security groups members remove --name=QA --member=jsmith --member=djones --dry-run',
    ],
  });
  registerLeaf(parent, start, leaf);
}
