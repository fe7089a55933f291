import { foldName } from '../../domain/names.ts';
import { sameServer } from '../../domain/source.ts';
import { isGroupctlError } from '../../errors.ts';
import { memberOf, type RunCall, type RunSummary } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** Which runs `history` lists; names compare in any case. */
export interface HistoryFilter {
  readonly source?: string;
  /** The server of that source: its runs may have another name, on another machine. */
  readonly url?: string;
  readonly group?: string;
  readonly member?: string;
  /** A user, a host or a CI job. */
  readonly by?: string;
  /** ISO 8601: not before this moment. */
  readonly since?: string;
}

/** @param runs where the rows of a run are read, for a member */
export function wantedRuns(
  { source, url, group, member, by, since }: HistoryFilter,
  runs: Runs,
): (run: RunSummary) => Promise<boolean> {
  const is = (wanted: string | undefined, ...names: (string | undefined)[]): boolean =>
    wanted === undefined ||
    names.some((name) => name !== undefined && foldName(name) === foldName(wanted.trim()));
  const wantedBy = by === undefined ? undefined : foldName(by.trim());
  return async (run) =>
    (since === undefined || run.at >= since) &&
    (wantedBy === undefined || foldName(run.actor ?? '').includes(wantedBy)) &&
    (isOn(run, url) || is(source, run.source, run.url, run.url?.replace(/\/$/, ''))) &&
    is(group, run.group?.name, run.group?.slug, run.group?.id) &&
    (member === undefined || is(member, ...(await namesInRun(run.run, runs))));
}

function isOn(run: RunSummary, url: string | undefined): boolean {
  return url !== undefined && run.url !== undefined && sameServer(run.url, url);
}

async function namesInRun(run: string, runs: Runs): Promise<string[]> {
  try {
    const record = await runs.read(run);
    if (record.noPlan) return [];
    // A call about rows has the whole list before it.
    if (record.rows.length === 0) return record.calls.flatMap(peopleOf);
    return record.rows.flatMap((row) => [memberOf(row), row.change.requested]);
  } catch (error) {
    // A damaged record says nothing about its members.
    if (isGroupctlError(error)) return [];
    throw error;
  }
}

/** The people of a call: a user, the user of a permission or an API key, the members of a deleted group. */
function peopleOf({ subject, before = [], made }: RunCall): string[] {
  const things = [...before, made ?? ''].flatMap((text) => {
    const { name, user } = fieldsOf(text);
    return [name, user, text].filter((each) => typeof each === 'string');
  });
  return subject === undefined ? things : [subject, ...things];
}

function fieldsOf(text: string): { readonly name?: unknown; readonly user?: unknown } {
  try {
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
