import type { GroupDirectory } from '../backends/port.ts';
import { memberWrite } from '../backends/shared/in-flight.ts';
import { writeKey, type MarkedWrite, type OwnMarks } from '../state/lock/in-flight.ts';
import type { MemberRef } from '../domain/group.ts';
import { foldName } from '../domain/names.ts';
import type { Source } from '../domain/source.ts';
import { isGroupctlError } from '../errors.ts';
import type { Deadline } from '../http/deadline.ts';
import { type HeldLock, NO_MARK } from '../state/lock/held-lock.ts';
import type { LockKey } from '../state/store.ts';
import { isSandbox } from '../state/sources/choose.ts';
import type { Deps, WriteOptions } from './deps.ts';
import { inQuotes } from '../domain/shorten.ts';

/** The lock of a group, and the in-flight marks next to it. */

export interface GroupLockContext {
  readonly source: Source;
  readonly options: Pick<WriteOptions, 'journal'>;
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  /** The in-flight marks of this connection, by the key of the group, and the name of each group. */
  readonly marks: Map<string, { readonly own: OwnMarks; readonly group: string }>;
  readonly deps: Deps;
}

/** A write may take effect that long after the time limit of its attempt. */
const AFTER_TIMEOUT_MS = 5_000;

/**
 * One lock for a server and a group, however the URL was typed; the sandbox has no URL. A group may
 * be typed with spaces around its name, and then has the same lock.
 */
export async function lockGroup(
  context: GroupLockContext,
  key: string,
  group: string,
): Promise<HeldLock> {
  const { source, options, deadline, deps } = context;
  const { clock, signal, processes } = deps;
  const store = await deps.store(source);
  const wanted = keyOf(source, key);
  const silent = deps.output.quiet || deps.output.format === 'json';
  const withoutLock = (error: unknown): void => {
    const unwritable = isGroupctlError(error) && error.code === 'state-not-writable';
    if (!unwritable || options.journal !== false) throw error;
    deps.warn(
      'Warning: running without a lock. Another groupctl may change the group at the same time.',
    );
  };
  try {
    const held = await store.lock(wanted, group.trim(), {
      clock,
      signal,
      processes,
      remaining: () => deadline.remaining(),
      report(message, to) {
        if (silent && to !== 'people') deps.show([message]);
        if (!silent && to !== 'scripts') deps.warn(message);
      },
      marks: await marksFor(context, wanted, group),
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
      isHeld: () => true,
      awaitWrites: () => Promise.resolve(false),
      mark: () => NO_MARK,
      release: () => Promise.resolve(),
    };
  }
}

function keyOf(source: Source, group: string): LockKey {
  const server = isSandbox(source) ? source.name : source.url;
  return { server, group: foldName(group.trim()) };
}

/** A sandbox in this process ends with it: nothing of it is in flight afterwards. */
async function marksFor(
  { source, timeoutMs, marks, deps }: GroupLockContext,
  key: LockKey,
  group: string,
): Promise<OwnMarks | undefined> {
  if (isSandbox(source)) return undefined;
  const { clock, processes } = deps;
  const known = marks.get(key.group);
  if (known !== undefined) return known.own;
  const limitMs = timeoutMs + AFTER_TIMEOUT_MS;
  const store = await deps.store(source);
  const own = store.ownMarks(key, {
    clock,
    uptime: processes,
    limitMs,
    run: () => deps.latestRun(),
  });
  marks.set(key.group, { own, group: group.trim() });
  return own;
}

/**
 * Waits for the writes to any group that may still add this member. Without any mark nothing is asked of
 * the server.
 */
export async function awaitAdditions(
  context: GroupLockContext,
  directory: Pick<GroupDirectory, 'listGroups'>,
  { type, name }: MemberRef,
): Promise<void> {
  const { deps } = context;
  if (isSandbox(context.source)) return;
  const marked = await (await deps.store(context.source)).markedGroups(context.source.url, deps);
  if (!marked.any) return;
  const added = writeKey(memberWrite({ op: 'add', type, member: name }));
  for (const group of await directory.listGroups()) {
    const key = group.id ?? group.name;
    const lockKey = keyOf(context.source, key);
    if (!marked.has(lockKey.group, await marksFor(context, lockKey, group.name))) continue;
    const held = await lockGroup(context, key, group.name);
    try {
      const isRelevant = (write: MarkedWrite): boolean =>
        'list' in write || writeKey(write) === added;
      // What was read before is old after a wait.
      if (await held.awaitWrites(isRelevant, () => Promise.resolve(false)))
        await directory.listGroups();
    } finally {
      await held.release();
    }
  }
}

/** A run that ends with a write in flight does not know what becomes of it. */
export function warnOfOpenMarks(
  marks: GroupLockContext['marks'],
  timeoutMs: number,
  deps: Deps,
): void {
  const seconds = (timeoutMs + AFTER_TIMEOUT_MS) / 1000;
  for (const { own, group } of marks.values()) {
    if (!own.isInDoubt) continue;
    deps.warn(
      `A change of ${inQuotes(group)} was sent, and it is not known what became of it: it may still take effect within ${seconds} s. The next run waits for it.`,
    );
  }
}
