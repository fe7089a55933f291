import { ADD } from '../../commands/helpers.ts';

/** Adding one member without a look at the list of users, and what a run of it prints. */
export const ONE = [...ADD, '--member=jsmith', '--name=Developers', '--no-user-check'];
export const DONE = { code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' };
/** Printed once, however often the list is written again. */
export const AGAIN = 'Developers does not show the change, or no longer: writing it again.\n';
