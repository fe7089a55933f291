import { foldName } from '../domain/names.ts';
import type { Source } from '../domain/source.ts';
import { isGroupctlError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import { OwnMarks } from '../state/lock/in-flight.ts';
import { type HeldLock, lockPath, NO_MARK, takeLock } from '../state/lock/lock.ts';
import { isSandbox } from '../state/sources/choose.ts';
import type { Deps, WriteOptions } from './deps.ts';

/** The lock of a group, and the in-flight marks next to it. */

export interface LockContext {
  readonly source: Source;
  readonly options: Pick<WriteOptions, 'journal'>;
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  /** The in-flight marks of this connection, by lock, and the name of the group of each. */
  readonly marks: Map<string, { readonly own: OwnMarks; readonly group: string }>;
  readonly deps: Deps;
}

/** A write may take effect that long after the time limit of its attempt. */
const AFTER_TIMEOUT_MS = 5_000;

/**
 * One lock for a server and a group, whatever the URL was typed like; the sandbox has no URL. A group
 * may be typed with spaces around its name, and then has the same lock.
 */
export async function lockGroup(c: LockContext, key: string, group: string): Promise<HeldLock> {
  const { source, options, deadline, deps } = c;
  const { clock, signal, processes } = deps;
  const { state } = await deps.paths();
  const server = isSandbox(source) ? source.name : source.url;
  const path = lockPath(state, server, foldName(key.trim()));
  const silent = deps.speech.quiet || deps.speech.format === 'json';
  const withoutLock = (error: unknown): void => {
    const unwritable = isGroupctlError(error) && error.code === 'state-not-writable';
    if (!unwritable || options.journal !== false) throw error;
    deps.warn('Without a lock: another groupctl on this machine may write at the same time.');
  };
  try {
    const held = await takeLock(path, group, {
      clock,
      signal,
      processes,
      remaining: () => deadline.remaining(),
      report(message, to) {
        if (silent && to !== 'people') deps.show([message]);
        if (!silent && to !== 'scripts') deps.warn(message);
      },
      marks: marksFor(c, path, group),
    });
    return {
      ...held,
      mark(write) {
        try {
          return held.mark(write);
        } catch (error) {
          withoutLock(error);
          return NO_MARK;
        }
      },
    };
  } catch (error) {
    withoutLock(error);
    return {
      stillHeld: () => true,
      awaitWrites: () => Promise.resolve(false),
      mark: () => NO_MARK,
      release: () => Promise.resolve(),
    };
  }
}

/** A sandbox in this process ends with it: nothing of it is in flight afterwards. */
function marksFor(
  { source, timeoutMs, marks, deps }: LockContext,
  path: string,
  group: string,
): OwnMarks | undefined {
  if (isSandbox(source)) return undefined;
  const { clock, processes: uptime } = deps;
  const known = marks.get(path);
  if (known !== undefined) return known.own;
  const limitMs = timeoutMs + AFTER_TIMEOUT_MS;
  const own = new OwnMarks(path, { clock, uptime, limitMs, run: () => deps.latestRun() });
  marks.set(path, { own, group });
  return own;
}

/** A run that ends with a write in flight does not know what becomes of it. */
export function warnOfOpenMarks(marks: LockContext['marks'], timeoutMs: number, deps: Deps): void {
  const seconds = (timeoutMs + AFTER_TIMEOUT_MS) / 1000;
  for (const { own, group } of marks.values()) {
    if (!own.isInDoubt) continue;
    deps.warn(
      `A change of ${group} was sent and not answered: it may still take effect within ${seconds} s. The next run waits for it.`,
    );
  }
}
