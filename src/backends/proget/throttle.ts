import { isGroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { ProgetApi } from './api.ts';

/**
 * Makes a call again for as long as the server answers it with 429, waiting as told: a 429 did
 * nothing and fails nothing.
 *
 * @throws what the call throws; network (6) `deadline` when there is no time to wait; interrupted
 * (130)
 */
export async function patiently<T>(
  api: ProgetApi,
  clock: Clock,
  call: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isGroupctlError(error) || error.status !== 429) throw error;
      await api.waitOut(error, untoldWait(clock));
    }
  }
}

/** Milliseconds to wait after a 429 that does not say how long. */
export function untoldWait(clock: Clock): number {
  return 1000 + clock.random() * 1000;
}
