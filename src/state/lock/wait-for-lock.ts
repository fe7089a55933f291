import { capitalized } from '../../domain/capitalized.ts';
import { GroupctlError } from '../../errors.ts';
import type { LockOptions } from './options.ts';
import { type InFlight, sleepUnlessInterrupted, writeInFlightError } from './wait-for-writes.ts';
import { inQuotes } from '../../domain/shorten.ts';

/** How long a lock is waited for. */
const LOCK_WAIT_MS = 60_000;
/** How long it is waited for after the end of an in-flight mark. */
const AFTER_MARK_MS = 5_000;

/** When a wait is reported, and how. */
const REPORTS = [
  { afterMs: 1_000, to: 'people' },
  { afterMs: 10_000, to: 'scripts' },
] as const;

/** A lock that another run may have, and what taking it gives. */
export interface WantedLock<T> {
  /** The name of its group, for messages. */
  readonly group: string;
  /** How far apart the attempts are, at least and at most, milliseconds. */
  readonly everyMs: readonly [number, number];
  /** @returns undefined while another run has it */
  take(): T | undefined | Promise<T | undefined>;
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
export async function waitForLock<T>(wanted: WantedLock<T>, options: LockOptions): Promise<T> {
  const { clock, signal, report } = options;
  const { group } = wanted;
  const from = clock.now();
  const most = options.remaining();
  let wait = LOCK_WAIT_MS;
  let reports = 0;
  for (;;) {
    const taken = await wanted.take();
    if (taken !== undefined) return taken;
    const waited = clock.now() - from;
    const due = REPORTS[reports];
    if (due !== undefined && waited >= due.afterMs) {
      reports++;
      const longest = Math.ceil(Math.min(most, wait) / 1000);
      const who = await wanted.holder();
      report(`Waiting up to ${longest} s for ${who} that is changing ${inQuotes(group)}.`, due.to);
    }
    if (waited >= Math.min(most, wait)) {
      const write = await wanted.longestWrite();
      if (write !== undefined && waited >= most) throw writeInFlightError(group, write);
      if (write === undefined || waited >= most) throw await lockedError(wanted, waited >= most);
      wait = waited + write.remainingMs + AFTER_MARK_MS;
    }
    const [least, longest] = wanted.everyMs;
    const pause = least + clock.random() * (longest - least);
    await sleepUnlessInterrupted(clock, pause, signal);
  }
}

async function lockedError(
  wanted: WantedLock<unknown>,
  byDeadline: boolean,
): Promise<GroupctlError> {
  const time = byDeadline ? 'as long as --deadline allows' : 'a minute';
  const holder = await wanted.holder();
  return new GroupctlError(
    'safety',
    `${capitalized(holder)} has been changing ${inQuotes(wanted.group)} for ${time}.`,
    {
      code: 'locked',
      hint: wanted.hint,
      nothingWritten: true,
      details: wanted.details,
    },
  );
}
