import type { SecurityAdmin } from '../../backends/security-port.ts';
import type { Permission } from '../../domain/security.ts';
import { isGroupctlError } from '../../errors.ts';

/** All permissions; none where the server has no list of them. */
export async function listedPermissions(security: SecurityAdmin): Promise<readonly Permission[]> {
  try {
    return await security.permissions();
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'not-supported') throw error;
    return [];
  }
}
