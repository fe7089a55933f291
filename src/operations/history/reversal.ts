import * as v from 'valibot';
import type { SecurityAdmin } from '../../backends/security-port.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import type { PlannedRun } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import type { Write } from '../security/with-security.ts';

/** The write that undoes a run without members, and what every such write needs of the record. */

export type Reversal = Pick<Write, 'what' | 'name' | 'op' | 'already' | 'send'>;

export type Reverse = (record: PlannedRun, context: RunContext) => Promise<Reversal>;

const text = v.exactOptional(v.string());

/** What a record may hold, of each kind of thing. */
const RECORDED = {
  group: v.object({ name: v.string(), id: text, slug: text }),
  permission: v.object({
    ...{ id: text, user: text, group: text, task: text, feed: text, feedGroup: text },
    deny: v.boolean(),
  }),
  task: v.object({
    name: v.string(),
    description: text,
    feedScoped: v.boolean(),
    attributes: v.array(v.string()),
  }),
  user: v.object({
    ...{ name: v.string(), displayName: text, email: text },
    passwordChanged: v.exactOptional(v.boolean()),
  }),
};

/**
 * What the last call of the run that says so created, or replaced.
 *
 * @throws usage (2) `not-undoable` where the record does not say it, or is damaged
 */
export function lastOf<K extends keyof typeof RECORDED>(
  record: PlannedRun,
  field: 'made' | 'before',
  what: K,
): v.InferOutput<(typeof RECORDED)[K]> {
  const texts = record.calls.flatMap(({ made, before }) =>
    field === 'made' ? (made ?? []) : (before ?? []),
  );
  let value: unknown;
  try {
    value = JSON.parse(texts.at(-1) ?? '');
  } catch {
    throw notRecordedError(record);
  }
  const parsed = v.safeParse(RECORDED[what], value);
  if (!parsed.success) throw notRecordedError(record);
  return parsed.output;
}

export function securityOf(record: PlannedRun, { connection }: RunContext): SecurityAdmin {
  const { security } = connection.directory;
  if (security === undefined) throw notRecordedError(record);
  return security;
}

const BY_HAND = {
  task: 'Delete it with: groupctl security tasks delete',
  group: 'Delete it with: groupctl security groups delete',
  user: 'Change it with: groupctl security users edit, or delete it with: groupctl security users delete',
} as const;

/** Somebody changed what the run had written: an undo would reverse that as well. */
export function changedSinceError(what: keyof typeof BY_HAND, name: string): GroupctlError {
  return new GroupctlError('safety', `The ${what} "${name}" has changed since that run.`, {
    code: 'changed-since',
    hint: BY_HAND[what],
    nothingWritten: true,
  });
}

export function notRecordedError({ run }: PlannedRun): GroupctlError {
  return notUndoable(`The record of the run ${run} does not say what it changed.`, run);
}

/** @param why in a sentence */
export function notUndoableError({ run, command }: PlannedRun, why: string): GroupctlError {
  return notUndoable(`The run ${run} (${command}) cannot be undone. ${why}`, run);
}

function notUndoable(message: string, run: string): GroupctlError {
  return usageError(
    message,
    `groupctl history show ${run} prints what it recorded.`,
    'not-undoable',
  );
}
