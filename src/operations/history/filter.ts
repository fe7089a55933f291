import { distance } from 'fastest-levenshtein';
import { nearest } from '../../domain/near.ts';
import { foldName, sameName } from '../../domain/names.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import { sameServer } from '../../domain/source.ts';
import { isGroupctlError } from '../../errors.ts';
import { groupOf, type MemberWord } from '../../output/results/history.ts';
import {
  isUnreadable,
  memberOf,
  type RunCall,
  type RunRecord,
  type RunRow,
  type RunSummary,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** Which runs `history` lists; names compare in any case. */
export interface HistoryFilter {
  readonly source?: string;
  /** The server of that source: its runs may have another name, on another machine. */
  readonly url?: string;
  /** The organization of that source there. */
  readonly organizationSlug?: string;
  readonly group?: string;
  readonly member?: string;
  /** A user, a host or a CI job. */
  readonly by?: string;
  /** ISO 8601: not before this moment. */
  readonly since?: string;
  /** ISO 8601: not after this moment. */
  readonly until?: string;
}

/**
 * @param runs where the rows of a run are read, for a member
 * @param onUnreadable called for a run that is left out and may be wanted: its record cannot be read
 */
export function wantedRuns(
  { source, url, organizationSlug, group, member, by, since, until }: HistoryFilter,
  runs: Runs,
  onUnreadable: (run: RunSummary) => void = () => undefined,
): (run: RunSummary) => Promise<boolean> {
  const is = (wanted: string | undefined, ...names: (string | undefined)[]): boolean =>
    wanted === undefined ||
    names.some((name) => name !== undefined && foldName(name) === foldName(wanted.trim()));
  // A name counts only where nothing better is known: other machines and earlier days had others.
  const isOnSource = (run: RunSummary): boolean =>
    url === undefined || run.url === undefined
      ? is(source, run.source, run.url, run.url?.replace(/\/$/, ''))
      : sameServer(run.url, url) &&
        // --organization-slug of a command changes the organization, and not the name.
        (run.organizationSlug === organizationSlug || is(source, run.source));
  const wantedBy = by === undefined ? undefined : foldName(by.trim());
  const isWanted = (record: RunSummary): boolean =>
    (wantedBy === undefined || foldName(record.actor ?? '').includes(wantedBy)) &&
    isOnSource(record) &&
    // The undo of a new group has no group, and is about it.
    is(group, record.group?.name, record.group?.slug, record.group?.id, groupInAbout(record));
  return async (record) => {
    if (since !== undefined && record.at < since) return false;
    if (until !== undefined && record.at > until) return false;
    if (!isWanted(record)) {
      if (isUnreadable(record) && record.command === undefined) onUnreadable(record);
      return false;
    }
    if (member === undefined) return true;
    const names = await namesInRun(record.run, runs);
    if (names === undefined) onUnreadable(record);
    return names !== undefined && is(member, ...names);
  };
}

function groupInAbout({ about }: RunSummary): string | undefined {
  return about?.startsWith('group ') === true ? about.slice('group '.length) : undefined;
}

/** Undefined: the record cannot be read. */
async function namesInRun(run: string, runs: Runs): Promise<string[] | undefined> {
  const record = await readIfWhole(run, runs);
  if (record === undefined) return undefined;
  // A call about rows has the whole list before it.
  if (record.rows.length === 0) return record.calls.flatMap(peopleOf);
  return record.rows.flatMap(namesOf);
}

/** Undefined: a damaged record says nothing about its members. */
async function readIfWhole(run: string, runs: Runs): Promise<RunRecord | undefined> {
  try {
    return await runs.read(run);
  } catch (error) {
    if (isGroupctlError(error)) return undefined;
    throw error;
  }
}

function namesOf(row: RunRow): string[] {
  return [memberOf(row), row.change.requested];
}

/** What became of a member in a run, each once; none where no row is about the member. */
export async function outcomesOf(
  member: string,
  run: string,
  runs: Runs,
): Promise<readonly MemberWord[]> {
  const wanted = foldName(member.trim());
  const record = await readIfWhole(run, runs);
  if (record === undefined) return [];
  const rows = record.rows.filter((row) => namesOf(row).some((name) => foldName(name) === wanted));
  return [...new Set(rows.map(({ outcome, state }) => outcome?.outcome ?? state))];
}

/**
 * Names on record that are near to those of a filter that no run has.
 *
 * @param sources names of sources besides those on record
 */
export async function nearFilters(
  { source, group, member }: HistoryFilter,
  sources: readonly string[],
  runs: Runs,
): Promise<readonly string[]> {
  const all = await runs.list();
  const near = (typed: string | undefined, names: readonly string[]): string[] => {
    const isThere = typed === undefined || names.some((name) => sameName(name, typed.trim()));
    return isThere ? [] : nearest(typed.trim(), new Set(names), distance);
  };
  const members: string[] = [];
  if (member !== undefined) {
    for (const { run } of all) members.push(...((await namesInRun(run, runs)) ?? []));
  }
  return [
    ...near(source, [...sources, ...all.flatMap((run) => run.source ?? [])]),
    ...near(
      group,
      all.flatMap((run) => groupOf(run)?.name ?? []),
    ),
    ...near(member, members),
  ];
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
  const fields = text.startsWith('{') ? parsedJson(text) : undefined;
  return fields ?? {};
}
