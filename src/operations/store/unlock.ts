import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { foldName } from '../../domain/names.ts';
import { sameServer } from '../../domain/source.ts';
import { declinedError } from '../../errors.ts';
import { lockLine, type UnlockResult } from '../../output/results/store.ts';
import { namedSource } from '../../state/sources/choose.ts';
import { lockChangedError } from '../../state/lock/held-lock.ts';
import { sharedStore } from './shared-store.ts';
import { inQuotes } from '../../domain/shorten.ts';

export interface UnlockOptions {
  readonly source: string;
  /** The name of the group. */
  readonly name: string;
  readonly token: number;
  /** Also while a write may still take effect. */
  readonly inFlight?: boolean;
  readonly yes?: boolean;
}

/** Takes the lock of a group away from the run that has it. */
export async function unlockGroup(
  options: UnlockOptions,
  deps: Deps,
): Promise<VerbResult<UnlockResult>> {
  const { source: ref, name, token, inFlight = false } = options;
  const isUrl = ref.includes('://');
  const url = isUrl ? ref : (await namedSource(ref, () => deps.sources())).url;
  const { admin } = await sharedStore(isUrl ? undefined : ref, deps);
  const lock = (await admin.allLocks()).find(
    (each) =>
      sameServer(each.server, url) &&
      [each.key, foldName(each.group)].includes(foldName(name.trim())),
  );
  const about = { store: admin.url, server: url, group: lock?.group ?? name, token };
  // Also of a lock that is free: the one that was meant is another run's by now, or was.
  if (lock !== undefined && lock.token !== token) throw lockChangedError(lock);
  if (lock?.holder === undefined && lock?.inFlightS === undefined) {
    deps.warn(`Nobody has the lock of ${inQuotes(name)}, and nothing is in flight to it.`);
    return { result: { ...about, outcome: 'not-locked' } };
  }
  deps.show([lockLine(lock)]);
  if (options.yes !== true) {
    const question = `Take the lock of ${inQuotes(lock.group)} away from ${lock.holder ?? 'nobody'}?`;
    if (!(await deps.confirm(question, '--yes'))) throw declinedError();
  }
  const inFlightS = await admin.unlock(lock, inFlight);
  const { holder } = lock;
  return { result: { ...about, outcome: 'unlocked', ...defined({ holder, inFlightS }) } };
}
