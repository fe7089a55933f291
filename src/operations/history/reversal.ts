import * as v from 'valibot';
import type { SecurityAdmin } from '../../backends/security-port.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import type { Permission } from '../../domain/security.ts';
import { GroupctlError, partlyDoneError, usageError } from '../../errors.ts';
import { answeredCalls, type RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import type { Write } from '../security/with-security.ts';
import { sourceOption } from '../../domain/shorten.ts';

/** The write that undoes a run without members, and what every such write needs of the record. */

export interface Reversal extends Pick<
  Write,
  'what' | 'name' | 'op' | 'changes' | 'already' | 'send'
> {
  /** What stays as the run left it, in a sentence. */
  readonly notRestored?: string;
}

/** What the run created is gone: nothing is sent. */
export function alreadyGone(facts: Pick<Reversal, 'what' | 'name' | 'op'>): Reversal {
  return { ...facts, already: 'already-absent', send: async () => undefined };
}

export type Reverse = (record: RunRecord, context: RunContext) => Promise<Reversal>;

const text = v.exactOptional(v.string());
const name = v.pipe(v.string(), v.nonEmpty());

/** What a record may hold, of each kind of thing. */
const permission = v.pipe(
  v.object({
    id: text,
    user: text,
    group: text,
    task: text,
    feed: text,
    feedGroup: text,
    deny: v.boolean(),
  }),
  v.check(({ user, group }) => (user ?? group ?? '') !== ''),
);
const RECORDED = {
  group: v.object({ name, id: text, slug: text }),
  'API key': v.object({ id: name, type: name, displayName: text, user: text }),
  permission,
  task: v.object({
    name,
    description: text,
    feedScoped: v.boolean(),
    attributes: v.array(v.string()),
    permissions: v.exactOptional(v.array(permission)),
  }),
  user: v.object({
    name,
    displayName: text,
    email: text,
    passwordChanged: v.exactOptional(v.boolean()),
  }),
};

/**
 * What the last call of the run that says so created, or replaced.
 *
 * @throws usage (2) `not-undoable` where the record does not say it, or is damaged
 */
export function lastOf<K extends keyof typeof RECORDED>(
  record: RunRecord,
  field: 'made' | 'before',
  what: K,
): v.InferOutput<(typeof RECORDED)[K]> {
  const last = allOf(record, field, what).at(-1);
  if (last === undefined) throw notRecordedError(record);
  return last;
}

/** The same of every call, in their order. */
export function allOf<K extends keyof typeof RECORDED>(
  record: RunRecord,
  field: 'made' | 'before',
  what: K,
): v.InferOutput<(typeof RECORDED)[K]>[] {
  const texts = answeredCalls(record).flatMap(({ made, before }) =>
    field === 'made' ? (made ?? []) : (before ?? []),
  );
  return texts.map((each) => parsed(record, what, each));
}

function parsed<K extends keyof typeof RECORDED>(
  record: RunRecord,
  what: K,
  text: string,
): v.InferOutput<(typeof RECORDED)[K]> {
  const result = v.safeParse(RECORDED[what], parsedJson(text));
  if (!result.success) throw notRecordedError(record);
  return result.output;
}

/** How far a reversal of several steps is. */
export interface Part {
  done: number;
  readonly count: number;
  /** `permissions were deleted`: what is done, behind the two numbers. */
  readonly what: string;
  /** What to do about the rest, where the undo cannot be repeated. */
  readonly hint?: string;
}

/**
 * One step of several; a failure after the first says how many are done.
 *
 * @throws partial (7) with what the step failed with, or interrupted (130); what the first step throws
 */
export async function inPart(part: Part, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
    part.done++;
  } catch (thrown) {
    if (part.done === 0 && part.hint === undefined) throw thrown;
    throw partlyDoneError(`${part.done} of ${part.count} ${part.what}.`, thrown, part.hint);
  }
}

/** The permissions of a deleted group; undefined where the record does not hold them. */
export function permissionsOnRecord(record: RunRecord): Permission[] | undefined {
  const texts = record.calls.findLast((call) => call.permissions !== undefined)?.permissions;
  return texts?.map((each) => parsed(record, 'permission', each));
}

export function securityOf(record: RunRecord, { connection }: RunContext): SecurityAdmin {
  const { security } = connection.directory;
  if (security === undefined) throw notRecordedError(record);
  return security;
}

/** @param on the option that names the source */
const BY_HAND: Readonly<Record<Reversal['what'], (on: string) => string>> = {
  permission: (on) => `Look at it with: groupctl security permissions list${on}`,
  'API key': (on) => `Look at it with: groupctl apikeys list${on}`,
  task: (on) => `Delete it with: groupctl security tasks delete${on}`,
  group: (on) =>
    `If it may go with its members, delete it with: groupctl security groups delete${on}`,
  user: (on) =>
    `Change it with: groupctl security users edit${on}, or delete it with: groupctl security users delete${on}`,
};

/** Somebody changed what the run had written: an undo would reverse that as well. */
export function changedSinceError(
  what: Reversal['what'],
  name: string,
  { connection }: Pick<RunContext, 'connection'>,
): GroupctlError {
  return new GroupctlError('safety', `The ${what} "${name}" has changed since that run.`, {
    code: 'changed-since',
    hint: BY_HAND[what](sourceOption(connection.source.name)),
    nothingWritten: true,
  });
}

export function notRecordedError({ run }: RunRecord): GroupctlError {
  return notUndoable(`The record of the run ${run} does not say what it changed.`, run);
}

/** @param why in a sentence */
export function notUndoableError({ run, command }: RunRecord, why: string): GroupctlError {
  return notUndoable(`The run ${run} (${command}) cannot be undone. ${why}`, run);
}

function notUndoable(message: string, run: string): GroupctlError {
  return usageError(
    message,
    `groupctl history show ${run} prints what it recorded.`,
    'not-undoable',
  );
}
