import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome, OutcomeSummary, OutcomeWord } from '../../domain/outcome.ts';
import { JOURNAL_VERSION } from './line-format.ts';
import type { CallOutcome, RunEnd, RunFacts } from './record.ts';
import { type PackedRows, unpackRows } from './pack-plan.ts';
import type { RowRange } from './row-ranges.ts';

/** The lines of a journal: what each has to be, and what it is when it is not. */

export interface RunHeader extends RunFacts {
  readonly at: string;
  readonly rows: readonly MemberChange[];
  readonly all: Readonly<Record<string, unknown>>;
}

export type RunLine =
  | {
      readonly t: 'intent';
      readonly call: string;
      readonly at: string;
      readonly members: readonly string[];
      /** Whom it is about, where that is not said by names. */
      readonly rows?: readonly RowRange[];
      /** The names as typed, in the order of `members`, where they were recorded. */
      readonly requested?: readonly string[];
      readonly before?: readonly string[];
    }
  | { readonly t: 'outcome'; readonly row: MemberOutcome }
  /** The same outcome of many rows of the plan. */
  | ({ readonly t: 'outcomes'; readonly rows: readonly RowRange[] } & Pick<
      MemberOutcome,
      'outcome' | 'verified'
    >)
  /** What came of the last call, where it was about no rows. */
  | { readonly t: 'answer'; readonly outcome: CallOutcome; readonly error?: string }
  | { readonly t: 'end'; readonly end: RunEnd }
  /** A kind of line that this groupctl knows nothing about. */
  | { readonly t: 'other' };

const CALL_OUTCOMES: ReadonlySet<unknown> = new Set<CallOutcome>(['done', 'failed', 'unknown']);

type Fields = Readonly<Record<string, unknown>>;

/** A line's fields, or undefined if it is no JSON object. */
export function parseFields(text: string | undefined): Fields | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The version of the format if it is newer than ours: nothing else of the file is known then. */
export function newerVersion({ t, v }: Fields): number | undefined {
  return t === 'run' && typeof v === 'number' && v > JOURNAL_VERSION ? v : undefined;
}

/** What the first line says besides its rows; undefined if it is not such a line. */
export function toFacts(fields: Fields): (RunFacts & { readonly at: string }) | undefined {
  const { t, v, at, by, source, kind, url, group, command, undoes, resumes } = fields;
  if (t !== 'run' || v !== JOURNAL_VERSION) return undefined;
  if (!isText(at) || !isText(source) || !isText(kind) || !isText(command)) return undefined;
  if (!isFields(group) || !isText(group['name'])) return undefined;
  const { name, id, slug } = group;
  return {
    at,
    by: isText(by) ? by : '',
    source,
    kind,
    ...(isText(url) ? { url } : {}),
    group: { name, ...(isText(id) ? { id } : {}), ...(isText(slug) ? { slug } : {}) },
    command,
    ...(isText(undoes) ? { undoes } : {}),
    ...(isText(resumes) ? { resumes } : {}),
  };
}

/** The whole first line; undefined if it is not such a line. */
export function toHeader(fields: Fields): RunHeader | undefined {
  const facts = toFacts(fields);
  const { rows, ...all } = fields;
  if (facts === undefined || !Array.isArray(rows)) return undefined;
  const changes: MemberChange[] = [];
  for (const row of rows as unknown[]) {
    if (isChange(row)) changes.push(row);
    else if (isAlike(row)) for (const each of unpackRows(row)) changes.push(each);
    else return undefined;
  }
  return { ...facts, rows: changes, all };
}

/** One of the lines that follow; undefined if it is damaged. */
export function toLine(fields: Fields): RunLine | undefined {
  const { t, at, ...rest } = fields;
  if (!isText(t) || !isText(at)) return undefined;
  switch (t) {
    case 'intent': {
      const { call, members, requested, before, rows } = rest;
      if (!isText(call)) return undefined;
      const names = members ?? [];
      if (rows !== undefined && !isRanges(rows)) return undefined;
      if (!isTexts(names) || !isTextsOrNone(requested) || !isTextsOrNone(before)) return undefined;
      return {
        t,
        call,
        at,
        members: names,
        ...(rows === undefined ? {} : { rows }),
        ...(requested === undefined ? {} : { requested }),
        ...(before === undefined ? {} : { before }),
      };
    }
    case 'outcome':
      return isOutcome(rest) ? { t, row: rest } : undefined;
    case 'outcomes': {
      const { rows, outcome, verified } = rest;
      if (!isRanges(rows)) return undefined;
      if (!isText(outcome) || typeof verified !== 'boolean') return undefined;
      return { t, rows, outcome: outcome as OutcomeWord, verified };
    }
    case 'answer': {
      const { outcome, error } = rest;
      if (!CALL_OUTCOMES.has(outcome)) return undefined;
      return { t, outcome: outcome as CallOutcome, ...(isText(error) ? { error } : {}) };
    }
    case 'end': {
      const { exit, summary, error, outcome } = rest;
      if (typeof exit !== 'number') return undefined;
      return {
        t,
        end: {
          at,
          exit,
          ...(isFields(summary) ? { summary: toSummary(summary) } : {}),
          ...(isText(error) ? { error } : {}),
          ...(isText(outcome) ? { outcome } : {}),
        },
      };
    }
    case 'run':
      return undefined;
    default:
      return { t: 'other' };
  }
}

function isChange(value: unknown): value is MemberChange {
  if (!isFields(value)) return false;
  const { op, type, member, requested } = value;
  return (
    (op === 'add' || op === 'remove') &&
    (type === 'user' || type === 'identity') &&
    isText(member) &&
    isText(requested)
  );
}

function isAlike(value: unknown): value is PackedRows {
  if (!isFields(value)) return false;
  const { members, row } = value;
  if (!isTexts(members) || !isChange({ ...value, member: '', requested: '' })) return false;
  return (
    row === undefined || (isFields(row) && isText(row['file']) && Number.isInteger(row['line']))
  );
}

function isOutcome(value: unknown): value is MemberOutcome {
  return (
    isChange(value) &&
    isText((value as Partial<MemberOutcome>).outcome) &&
    typeof (value as Partial<MemberOutcome>).verified === 'boolean'
  );
}

function isRanges(value: unknown): value is readonly RowRange[] {
  return Array.isArray(value) && value.every(isRange);
}

function isRange(value: unknown): value is RowRange {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [first, last] = value as unknown[];
  return Number.isInteger(first) && Number.isInteger(last) && Number(first) <= Number(last);
}

function toSummary(fields: Fields): OutcomeSummary {
  const count = (key: keyof OutcomeSummary): number => {
    const value = fields[key];
    return typeof value === 'number' ? value : 0;
  };
  return {
    added: count('added'),
    alreadyMember: count('alreadyMember'),
    removed: count('removed'),
    alreadyAbsent: count('alreadyAbsent'),
    planned: count('planned'),
    noSuchUser: count('noSuchUser'),
    refused: count('refused'),
    failed: count('failed'),
    unknown: count('unknown'),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTextsOrNone(value: unknown): value is readonly string[] | undefined {
  return value === undefined || isTexts(value);
}
