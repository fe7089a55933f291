import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { foldName } from '../../domain/names.ts';
import { sameServer } from '../../domain/source.ts';
import { declinedError } from '../../errors.ts';
import { lockLine, type UnlockResult } from '../../output/results/store.ts';
import { namedSource } from '../../state/sources/choose.ts';
import { lockChangedError } from '../../state/lock/held-lock.ts';
import { sharedStore } from './shared-store.ts';

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
  const { store, admin } = await sharedStore(isUrl ? undefined : ref, deps);
  const { locks } = await admin.status();
  const lock = locks.find(
    (each) =>
      sameServer(each.server, url) &&
      [each.key, foldName(each.group)].includes(foldName(name.trim())),
  );
  const about = { store: store.label, server: url, group: lock?.group ?? name, token };
  if (lock === undefined) {
    deps.warn(`Nobody has the lock of ${name}, and nothing is in flight to it.`);
    return { result: { ...about, outcome: 'not-locked' } };
  }
  if (lock.token !== token) throw lockChangedError(lock);
  deps.show([lockLine(lock)]);
  if (options.yes !== true) {
    const question = `Take the lock of ${lock.group} away from ${lock.holder ?? 'nobody'}?`;
    if (!(await deps.confirm(question, '--yes'))) throw declinedError();
  }
  await admin.unlock(lock, inFlight);
  return { result: { ...about, outcome: 'unlocked' } };
}
