import type { GroupDirectory } from '../backends/port.ts';
import { memberWrite, writeKey } from '../backends/shared/in-flight.ts';
import type { MemberRef } from '../domain/group.ts';
import { foldName } from '../domain/names.ts';
import type { Source } from '../domain/source.ts';
import { isGroupctlError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import { type MarkedWrite, OwnMarks } from '../state/lock/in-flight.ts';
import { hasMarks } from '../state/lock/mark-file.ts';
import { marksOf } from '../state/lock/wait-for-writes.ts';
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
    deps.warn(
      'Warning: running without a lock. Another groupctl may change the group at the same time.',
    );
  };
  try {
    const held = await takeLock(path, group.trim(), {
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
  marks.set(path, { own, group: group.trim() });
  return own;
}

/**
 * Waits for the writes to any group that may still add this member. Without a mark in the state folder
 * nothing is asked of the server.
 */
export async function awaitAdditions(
  c: LockContext,
  directory: Pick<GroupDirectory, 'listGroups'>,
  { type, name }: MemberRef,
): Promise<void> {
  const { deps } = c;
  const { state } = await deps.paths();
  if (isSandbox(c.source) || !hasMarks(state)) return;
  const added = writeKey(memberWrite({ op: 'add', type, member: name }));
  for (const group of await directory.listGroups()) {
    const key = group.id ?? group.name;
    const path = lockPath(state, c.source.url, foldName(key.trim()));
    const { clock, processes } = deps;
    const marks = marksFor(c, path, group.name);
    if (marksOf(path, { clock, processes, marks }).length === 0) continue;
    const held = await lockGroup(c, key, group.name);
    try {
      const concerns = (write: MarkedWrite): boolean =>
        'list' in write || writeKey(write) === added;
      // What was read before is old after a wait.
      if (await held.awaitWrites(concerns, () => Promise.resolve(false)))
        await directory.listGroups();
    } finally {
      await held.release();
    }
  }
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
