import { GroupctlError } from '../../errors.ts';
import type { LockOptions } from './options.ts';
import { type InFlight, sleepUnlessInterrupted, writeInFlight } from './wait-for-writes.ts';

/** How long a lock is waited for. */
const LOCK_WAIT_MS = 60_000;
/** How long it is waited for after the end of an in-flight mark. */
const AFTER_MARK_MS = 5_000;

/** When a wait is reported, and how. */
const REPORTS = [
  { afterMs: 1_000, to: 'people' },
  { afterMs: 10_000, to: 'scripts' },
] as const;

/** A lock that another run may have. */
export interface WantedLock {
  /** The name of its group, for messages. */
  readonly group: string;
  /** How far apart the attempts are, at least and at most, milliseconds. */
  readonly everyMs: readonly [number, number];
  /** True once this run has it. */
  take(): boolean | Promise<boolean>;
  /** The write of another run that may take effect the longest, if there is one. */
  longestWrite(): InFlight | undefined | Promise<InFlight | undefined>;
  /** Who has it, where that is known: `another groupctl`. */
  holder(): string | Promise<string>;
  /** What to do where it stays taken, and where it is. */
  readonly hint: string;
  readonly details: object;
}

/**
 * Waits for a lock: 60 seconds, or until 5 seconds after the end of an in-flight mark.
 *
 * @throws safety (8) `locked`, `write-in-flight`; interrupted (130); what `take` throws
 */
export async function waitForLock(wanted: WantedLock, options: LockOptions): Promise<void> {
  const { clock, signal, report } = options;
  const { group } = wanted;
  const from = clock.now();
  const most = options.remaining();
  let wait = LOCK_WAIT_MS;
  let reports = 0;
  while (!(await wanted.take())) {
    const waited = clock.now() - from;
    const due = REPORTS[reports];
    if (due !== undefined && waited >= due.afterMs) {
      reports++;
      report(`Waiting for ${await wanted.holder()} that is changing ${group}.`, due.to);
    }
    if (waited >= Math.min(most, wait)) {
      const write = await wanted.longestWrite();
      if (write !== undefined && waited >= most) throw writeInFlight(group, write);
      if (write === undefined || waited >= most) throw await locked(wanted, waited >= most);
      wait = waited + write.remainingMs + AFTER_MARK_MS;
    }
    const [least, longest] = wanted.everyMs;
    const pause = least + clock.random() * (longest - least);
    await sleepUnlessInterrupted(clock, pause, signal);
  }
}

async function locked(wanted: WantedLock, byDeadline: boolean): Promise<GroupctlError> {
  const time = byDeadline ? 'as long as --deadline allows' : 'a minute';
  const holder = await wanted.holder();
  const named = `${holder.charAt(0).toUpperCase()}${holder.slice(1)}`;
  return new GroupctlError('safety', `${named} has been changing ${wanted.group} for ${time}.`, {
    code: 'locked',
    hint: wanted.hint,
    nothingWritten: true,
    details: wanted.details,
  });
}
