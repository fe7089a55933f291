import type { MemberChange } from '../../domain/change.ts';
import { type OutcomeSummary, summarize } from '../../domain/outcome.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import { JOURNAL_VERSION } from './line-format.ts';
import type {
  CallAnswer,
  CallOutcome,
  RecordedOutcome,
  RunCall,
  RunEnd,
  RunFacts,
} from './record.ts';
import { type PackedRows, unpackRows } from './pack-plan.ts';
import { countOf, type RowRange } from './row-ranges.ts';

/** The lines of a journal: what each has to be, and what it is when it is not. */

export interface RunHeader extends RunFacts {
  readonly at: string;
  readonly rows: readonly MemberChange[];
  readonly all: Readonly<Record<string, unknown>>;
}

type RunLine =
  | {
      readonly t: 'intent';
      readonly rows: readonly RowRange[];
      readonly call: Omit<RunCall, 'outcome' | 'error'>;
    }
  | {
      readonly t: 'outcome';
      readonly rows: readonly RowRange[];
      readonly outcome: RecordedOutcome;
    }
  /** What came of the last call, where it was about no rows. */
  | ({ readonly t: 'answer' } & CallAnswer)
  | { readonly t: 'end'; readonly end: RunEnd }
  /** A kind of line that this groupctl knows nothing about. */
  | { readonly t: 'other' };

const CALL_OUTCOMES: ReadonlySet<unknown> = new Set<CallOutcome>(['done', 'failed', 'unknown']);

type Fields = Readonly<Record<string, unknown>>;

/** A line's fields, or undefined if it is no JSON object. */
export function parseFields(text: string | undefined): Fields | undefined {
  const value = text === undefined ? undefined : parsedJson(text);
  return isFields(value) ? value : undefined;
}

/** The version of the format if it is another one: nothing else of the file is known then. */
export function otherVersion({ t, v }: Fields): number | undefined {
  const isOther = t === 'run' && Number.isInteger(v) && Number(v) > 0 && v !== JOURNAL_VERSION;
  return isOther ? Number(v) : undefined;
}

/** What the first line says besides its rows; undefined if it is not such a line. */
export function toFacts(fields: Fields): (RunFacts & { readonly at: string }) | undefined {
  const { t, v, at, by, source, kind, group, command } = fields;
  if (t !== 'run' || v !== JOURNAL_VERSION) return undefined;
  if (!isText(at) || !isText(source) || !isText(kind) || !isText(command)) return undefined;
  if (!isFields(group) || !isText(group['name'])) return undefined;
  return {
    at,
    by: isText(by) ? by : '',
    source,
    kind,
    group: { name: group['name'], ...textsIn(group, 'id', 'slug') },
    command,
    ...textsIn(fields, 'url', 'organizationSlug', 'about', 'reason', 'undoes', 'resumes'),
  };
}

/** The whole first line; undefined if it is not such a line. */
export function toHeader(fields: Fields): RunHeader | undefined {
  const facts = toFacts(fields);
  const { rows, ...all } = fields;
  if (facts === undefined || !Array.isArray(rows)) return undefined;
  const changes: MemberChange[] = [];
  for (const row of rows as unknown[]) {
    if (!isPackedRows(row)) return undefined;
    for (const each of unpackRows(row)) changes.push(each);
  }
  return { ...facts, rows: changes, all };
}

/** One of the lines that follow; undefined if it is damaged. */
export function toLine(fields: Fields): RunLine | undefined {
  const { t, at, ...rest } = fields;
  if (!isText(t) || !isText(at)) return undefined;
  switch (t) {
    case 'intent': {
      const { call, members, before, permissions, rows = [] } = rest;
      if (!isText(call) || !isRanges(rows)) return undefined;
      if (!isTextsOrNone(before) || !isTextsOrNone(permissions)) return undefined;
      const subject: unknown = Array.isArray(members) ? members[0] : undefined;
      const facts = {
        ...(isText(subject) ? { subject } : {}),
        ...(before && { before }),
        ...textsIn(rest, 'made', 'role'),
        ...(permissions && { permissions }),
      };
      return { t, rows, call: { call, at, ...facts } };
    }
    case 'outcome': {
      const { rows, ...outcome } = rest;
      return isRanges(rows) && isOutcome(outcome) ? { t, rows, outcome } : undefined;
    }
    case 'answer': {
      const { outcome } = rest;
      if (!CALL_OUTCOMES.has(outcome)) return undefined;
      return { t, outcome: outcome as CallOutcome, ...textsIn(rest, 'error', 'made') };
    }
    case 'end': {
      const { exit, summary } = rest;
      if (typeof exit !== 'number') return undefined;
      const counts = isFields(summary) ? { summary: toSummary(summary) } : {};
      return { t, end: { at, exit, ...counts, ...textsIn(rest, 'error', 'outcome', 'result') } };
    }
    case 'run':
      return undefined;
    default:
      return { t: 'other' };
  }
}

function isPackedRows(value: unknown): value is PackedRows {
  if (!isFields(value)) return false;
  const { op, type, members, requested, row, earlier } = value;
  if (op !== 'add' && op !== 'remove') return false;
  if (type !== 'user' && type !== 'identity') return false;
  if (!isTexts(members)) return false;
  const isForEach = (list: unknown): boolean => isTexts(list) && list.length === members.length;
  return (
    (requested === undefined || isForEach(requested)) &&
    (earlier === undefined || (isRanges(earlier) && countOf(earlier) === members.length)) &&
    (row === undefined || (isFields(row) && isText(row['file']) && Number.isInteger(row['line'])))
  );
}

function isOutcome(fields: Fields): fields is Fields & RecordedOutcome {
  const { outcome, verified, member } = fields;
  return (
    isText(outcome) && typeof verified === 'boolean' && (member === undefined || isText(member))
  );
}

function isRanges(value: unknown): value is readonly RowRange[] {
  return Array.isArray(value) && value.every(isRange);
}

function isRange(value: unknown): value is RowRange {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isInteger);
}

function toSummary(fields: Fields): OutcomeSummary {
  const summary = summarize([]);
  for (const key of Object.keys(summary) as (keyof OutcomeSummary)[]) {
    const count = fields[key];
    if (typeof count === 'number') summary[key] = count;
  }
  return summary;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Those of these fields that are texts. */
function textsIn<K extends string>(fields: Fields, ...names: K[]): Partial<Record<K, string>> {
  const texts: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = fields[name];
    if (isText(value)) texts[name] = value;
  }
  return texts;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTextsOrNone(value: unknown): value is readonly string[] | undefined {
  return value === undefined || isTexts(value);
}
