import type { SecurityAdmin } from '../../backends/security-port.ts';
import { sameName } from '../../domain/names.ts';
import type { Permission } from '../../domain/security.ts';
import { isGroupctlError } from '../../errors.ts';

/** The permissions for a user, a group or a task; none where the server has no list of permissions. */
export async function permissionsFor(
  what: 'user' | 'group' | 'task',
  name: string,
  security: SecurityAdmin,
): Promise<readonly Permission[]> {
  try {
    const permissions = await security.permissions();
    return permissions.filter((each) => each[what] !== undefined && sameName(each[what], name));
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'not-supported') throw error;
    return [];
  }
}
