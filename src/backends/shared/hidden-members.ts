import { isGroupctlError } from '../../errors.ts';

/** True for the error of a group that the server does not name the members of. */
export function isHiddenMembers(error: unknown): boolean {
  return isGroupctlError(error) && error.code === 'members-not-told';
}
