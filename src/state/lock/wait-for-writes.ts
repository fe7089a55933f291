import { capitalized } from '../../domain/capitalized.ts';
import { defined } from '../../domain/defined.ts';
import { GroupctlError, interruptedError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { MarkedWrite, Uptime } from './in-flight.ts';
import type { LockOptions } from './options.ts';
import { type MarkRecord, readMarks, removeMark } from './mark-file.ts';
import { inQuotes } from '../../domain/shorten.ts';

/** Waiting for writes of earlier runs that were sent, never answered, and may still take effect. */

/** Reads whether the effect of that write is there by now. A failure to read means no. */
export type HasLanded = (write: MarkedWrite) => Promise<boolean>;

/** A write of another run that may still take effect. */
export interface InFlight {
  readonly record: Pick<MarkRecord, 'run' | 'sends'>;
  /** Undefined: nobody knows what it writes. */
  readonly write: MarkedWrite | undefined;
  /** Milliseconds until it no longer can. */
  readonly remainingMs: number;
  /**
   * Removes its mark.
   *
   * @param why its time is over, or a read shows what it was to bring about
   */
  remove(why: 'over' | 'landed'): void;
}

/** The time between two reads of the server, milliseconds. */
const FIRST_LOOK_MS = 250;
const LOOKS_MS = 5_000;
/** A wait of that length is reported under --json and --quiet, too. */
const LONG_MS = 10_000;

/** Options that say how old a mark is, and which ones are this run's own. */
type MarkReader = Pick<LockOptions, 'clock' | 'processes' | 'marks'>;

/** The writes of other runs that may still take effect, the longest first. */
export function marksOf(path: string, reader: MarkReader): InFlight[] {
  return filedWrites(path, reader).filter(({ remainingMs }) => remainingMs > 0);
}

/** Those next to the lock at `path`, also those that can no longer take effect. */
export function filedWrites(path: string, { clock, processes, marks }: MarkReader): InFlight[] {
  if (marks === undefined) return [];
  return readMarks(path, marks.id)
    .map((mark) => {
      const { record } = mark;
      const remainingMs = remaining(record, clock, processes);
      return { record, write: writeOf(record), remainingMs, remove: () => removeMark(mark) };
    })
    .sort((a, b) => b.remainingMs - a.remainingMs);
}

/**
 * Waits for the writes of other runs that concern this one.
 *
 * @param writes those that are marked, the longest first
 * @returns true if there was one to wait for
 * @throws safety (8) `write-in-flight` when --deadline ends the wait; interrupted (130)
 */
export async function waitForWrites(
  {
    writes,
    group,
    isRelevant,
    hasLanded,
  }: {
    readonly writes: readonly InFlight[];
    readonly group: string;
    readonly isRelevant: (write: MarkedWrite) => boolean;
    readonly hasLanded: HasLanded;
  },
  options: LockOptions,
): Promise<boolean> {
  const { clock, signal, report } = options;
  for (const write of writes) if (write.remainingMs <= 0) write.remove('over');
  let left = writes.filter(
    ({ remainingMs, write }) => remainingMs > 0 && (write === undefined || isRelevant(write)),
  );
  const [longest] = left;
  if (longest === undefined) return false;
  const waitMs = Math.min(longest.remainingMs, options.remaining());
  const seconds = Math.ceil(waitMs / 1000);
  const sender = senderOf(longest);
  report(
    `Waiting up to ${seconds} s: ${sender} sent a change of ${inQuotes(group)} that may still take effect.`,
    waitMs > LONG_MS ? 'all' : 'people',
  );
  const from = clock.now();
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LOOKS_MS)) {
    const waited = clock.now() - from;
    for (const each of left) {
      const isOver = waited >= each.remainingMs;
      if (!isOver && !(await mayEnd(each, left, hasLanded))) continue;
      each.remove(isOver ? 'over' : 'landed');
      left = left.filter((other) => other !== each);
    }
    const [next] = left;
    if (next === undefined) return true;
    const rest = next.remainingMs - (clock.now() - from);
    const deadline = options.remaining();
    if (deadline <= 0) throw writeInFlightError(group, { ...next, remainingMs: Math.max(0, rest) });
    if (rest > 0)
      await sleepUnlessInterrupted(
        clock,
        Math.min(pause, rest, deadline),
        signal,
        'an earlier write',
      );
  }
}

/** @throws interrupted (130) */
export async function sleepUnlessInterrupted(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  forWhat = 'another groupctl',
): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch {
    throw interruptedError(`Interrupted while waiting for ${forWhat}.`);
  }
}

/** The wait for a write was ended by --deadline. */
export function writeInFlightError(group: string, write: InFlight): GroupctlError {
  const seconds = Math.ceil(write.remainingMs / 1000);
  const { run } = write.record;
  return new GroupctlError(
    'safety',
    `${capitalized(senderOf(write))} sent a change of ${inQuotes(group)} that may take effect for another ${seconds} s.`,
    {
      code: 'write-in-flight',
      hint: 'Run the same command again after that time, or with a longer --deadline.',
      nothingWritten: true,
      details: { seconds, ...defined({ run }) },
    },
  );
}

/** A read can end the wait if it shows the effect of a write that was sent once. */
async function mayEnd(
  { record, write }: InFlight,
  all: readonly InFlight[],
  hasLanded: HasLanded,
): Promise<boolean> {
  if (write === undefined || record.sends !== 1) return false;
  if ('list' in write && all.length > 1) return false;
  try {
    return await hasLanded(write);
  } catch {
    return false;
  }
}

/**
 * Milliseconds until a write can no longer take effect. The clock may be set ahead and the uptime
 * may be another machine's, so the shorter time since counts. A time of sending in the future says
 * nothing: then the full length counts.
 */
function remaining(
  { at, up, host, boot, limit }: MarkRecord,
  clock: Pick<Clock, 'now'>,
  uptime: Uptime | undefined,
): number {
  const ages = [clock.now() - at];
  if (up !== undefined && uptime !== undefined && host === uptime.host) {
    const now = uptime.ms();
    // After a restart of the machine, at least that long has passed.
    if (boot !== uptime.boot) ages.push(now);
    else if (now >= up) ages.push(now - up);
  }
  return limit - Math.max(0, Math.min(...ages));
}

/** What a mark says that was sent. */
export function writeOf({
  list,
  op,
  member,
}: Pick<MarkRecord, 'list' | 'op' | 'member'>): MarkedWrite | undefined {
  if (list !== undefined) return { list };
  return op === undefined || member === undefined ? undefined : { op, member };
}

function senderOf({ record }: InFlight): string {
  return record.run === undefined ? 'an earlier run' : `run ${record.run}`;
}
