import { addRemoveVerb } from './add-remove-verb.ts';

/** Removes members from one group. */
export const register = addRemoveVerb('remove', {
  summary: 'Remove members from a group; one who is not there is no error.',
  examples: [
    'groupctl security groups members remove --name=Developers --member=jsmith',
    'groupctl security groups members remove --name=QA --member=jsmith --member=djones --dry-run',
  ],
});
