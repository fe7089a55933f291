import type { MemberChange } from '../../src/domain/change.ts';
import type { HeldLock } from '../../src/state/lock/held-lock.ts';
import type { LockOptions } from '../../src/state/lock/options.ts';
import type { Journal, LockKey, Store } from '../../src/state/store.ts';

/** A run as the stores see it, in real time. */

export const KEY: LockKey = { server: 'https://a.example/', group: 'QA' };

export const clock: LockOptions['clock'] = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
};

/** The journal of a run that changes QA with the command `c`. */
export async function openJournal(
  store: Store,
  rows: readonly MemberChange[] = [],
  keep = true,
  more: {
    readonly organizationSlug?: string;
    readonly onRecord?: (run: string) => void;
  } = {},
): Promise<Journal> {
  const { onRecord, ...facts } = more;
  const header = {
    source: 'a',
    kind: 'proget',
    url: KEY.server,
    group: { name: 'QA' },
    command: 'c',
    rows,
    ...facts,
  };
  const options = {
    version: '1.2.3',
    now: Date.now(),
    keep,
    mayPrune: () => false,
    ...(onRecord === undefined ? {} : { onRecord }),
  };
  const journal = await store.openJournal(header, options);
  if (journal === undefined) throw new Error('The run has no journal.');
  return journal;
}

/** Takes the lock of QA. */
export function lockGroup(store: Store, more: Partial<LockOptions> = {}): Promise<HeldLock> {
  return store.lock(KEY, 'QA', {
    clock,
    signal: new AbortController().signal,
    remaining: () => Infinity,
    report: () => undefined,
    ...more,
  });
}
