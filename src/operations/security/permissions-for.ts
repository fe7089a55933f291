import type { GroupDirectory } from '../../backends/port.ts';
import type { SecurityAdmin } from '../../backends/security-port.ts';
import { sameName } from '../../domain/names.ts';
import type { Permission } from '../../domain/security.ts';
import { isGroupctlError, undefinedIf } from '../../errors.ts';

/** The permissions for a user, a group or a task; none where the server has no list of permissions. */
export async function permissionsFor(
  what: 'user' | 'group' | 'task',
  name: string,
  security: SecurityAdmin,
): Promise<readonly Permission[]> {
  const read = (): Promise<readonly Permission[]> => readPermissions(what, name, security);
  return (await undefinedIf('not-supported', read)) ?? [];
}

async function readPermissions(
  what: 'user' | 'group' | 'task',
  name: string,
  security: SecurityAdmin,
): Promise<readonly Permission[]> {
  const permissions = await security.permissions();
  return permissions.filter((each) => each[what] !== undefined && sameName(each[what], name));
}

/** The permissions of a group; undefined where they cannot be read: that is no reason not to delete it. */
export async function permissionsIfRead(
  group: string,
  { security }: GroupDirectory,
): Promise<readonly Permission[] | undefined> {
  try {
    return security && (await readPermissions('group', group, security));
  } catch (error) {
    if (!isGroupctlError(error) || error.kind === 'interrupted') throw error;
    return undefined;
  }
}
