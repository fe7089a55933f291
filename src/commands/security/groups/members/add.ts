import { addRemoveVerb } from './add-remove-verb.ts';

/** Adds members to one group. */
export const register = addRemoveVerb('add', {
  summary: 'Add members to a group; existing members are skipped.',
  examples: [
    'groupctl security groups members add --member="John Smith" --name=Developers',
    'groupctl security groups members add --name=QA --member=jsmith --member=djones --dry-run',
    "groupctl security groups members add --name=QA --member='CORP\\akhan' --no-user-check",
  ],
});
