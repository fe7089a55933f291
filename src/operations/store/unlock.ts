import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { foldName } from '../../domain/names.ts';
import { declinedError, GroupctlError, usageError } from '../../errors.ts';
import { lockLine, type UnlockResult } from '../../output/results/store.ts';
import { builtInSource } from '../../state/sources/choose.ts';
import type { LockStatus } from '../../state/store.ts';
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
  const url = await urlOf(ref, deps);
  const { store, admin } = await sharedStore(ref, deps);
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
  if (lock.token !== token) throw lockChanged(lock);
  deps.show([lockLine(lock)]);
  if (options.yes !== true) {
    const question = `Take the lock of ${lock.group} away from ${lock.holder ?? 'nobody'}?`;
    if (!(await deps.confirm(question, '--yes'))) throw declinedError();
  }
  await admin.unlock(lock, inFlight);
  return { result: { ...about, outcome: 'unlocked' } };
}

/** The URL of a source, or of a server that is named by its URL. */
async function urlOf(ref: string, deps: Deps): Promise<string> {
  if (ref.includes('://')) return ref;
  const found = builtInSource(ref) ?? (await deps.sources()).find(ref);
  if (found !== undefined) return found.url;
  throw usageError(`There is no source named "${ref}".`, 'List them with: groupctl sources list');
}

function sameServer(one: string, other: string): boolean {
  const bare = (url: string): string => url.trim().replace(/\/+$/, '').toLowerCase();
  return bare(one) === bare(other);
}

function lockChanged({ group, token, holder }: LockStatus): GroupctlError {
  const whose = holder === undefined ? '' : ` and ${holder} has it`;
  return new GroupctlError('safety', `The lock of ${group} has the token ${token}${whose}.`, {
    code: 'lock-changed',
    hint: 'Look at it again: groupctl store status',
    nothingWritten: true,
    details: { token },
  });
}
