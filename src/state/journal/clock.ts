import type { Clock } from '../../http/deadline.ts';
import { startedAt } from './files.ts';
import type { Runs } from '../store.ts';

/** Clocks of machines that share a folder differ by less. */
const APART_MS = 60_000;

/**
 * Warns if the newest run is dated in the future: the clock was wrong when it ran, or is wrong now.
 *
 * @param newest its id, if there is a run
 */
export async function warnOfFuture(
  runs: Pick<Runs, 'beganAt'>,
  newest: string | undefined,
  { clock, warn }: { readonly clock: Clock; readonly warn: (message: string) => void },
): Promise<void> {
  const now = clock.now() + APART_MS;
  // An id may be later than its run, never earlier: the record is read only where that matters.
  if (newest === undefined || startedAt(newest) <= now) return;
  const at = await runs.beganAt(newest);
  if (at <= now) return;
  warn(
    `Warning: the newest run, ${newest}, is dated ${new Date(at).toISOString()}, in the future. The clock of this machine is wrong now, or was wrong then.`,
  );
}
