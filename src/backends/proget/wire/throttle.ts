import { isGroupctlError } from '../../../errors.ts';
import type { ProgetApi } from '../api.ts';

/**
 * Makes a call again for as long as the server answers it with 429, waiting in between: a 429 did
 * nothing and fails nothing.
 *
 * @throws what the call throws; network (6) `wait-too-long` when no write was let through for 10
 * minutes, `deadline` when there is no time to wait; interrupted (130)
 */
export async function patiently<T>(api: ProgetApi, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isGroupctlError(error) || error.status !== 429) throw error;
      await api.waitOut(error);
    }
  }
}
