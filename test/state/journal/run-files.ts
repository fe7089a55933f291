import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ulid } from 'ulid';
import type { MemberChange } from '../../../src/domain/change.ts';
import type { MemberOutcome, OutcomeWord } from '../../../src/domain/outcome.ts';
import { FileJournal } from '../../../src/state/journal/journal.ts';
import type { JournalHeader } from '../../../src/state/journal/line-format.ts';
import { runPath } from '../../../src/state/journal/files.ts';
import { readRunFile } from '../../../src/state/journal/reader.ts';
import type { RunRecord, RunRow } from '../../../src/state/journal/record.ts';
import { summary } from '../../helpers/summary.ts';

/** Journals to read back. */

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export function add(member: string, requested = member): MemberChange {
  return { op: 'add', type: 'user', member, requested };
}

export function remove(member: string, requested = member): MemberChange {
  return { ...add(member, requested), op: 'remove' };
}

/** The rows of a plan: each has its place as its number. */
export function numbered(rows: readonly MemberChange[]): (MemberChange & { index: number })[] {
  return rows.map((row, index) => ({ ...row, index }));
}

export function became(
  change: MemberChange,
  outcome: OutcomeWord,
  more: Partial<MemberOutcome> = {},
): MemberOutcome {
  return { ...change, outcome, verified: true, ...more };
}

export const HEADER: Omit<JournalHeader, 'rows'> = {
  source: 'Default',
  kind: 'proget',
  url: 'https://proget.example/',
  group: { name: 'Developers' },
  command: 'security groups members add',
};

export function begin(
  stateFolder: string,
  rows: readonly MemberChange[],
  more: object = {},
  now = START,
): FileJournal {
  return new FileJournal(stateFolder, { ...HEADER, ...more, rows }, '1.2.3', now);
}

/** A whole run that added these. */
export function addRun(
  stateFolder: string,
  members: readonly string[],
  now = START,
  more: Partial<MemberOutcome> = {},
): string {
  const rows = numbered(members.map((member) => add(member)));
  const journal = begin(stateFolder, rows, {}, now);
  journal.intent({ call: 'POST groups/update', changes: rows, before: [] }, now);
  for (const row of rows) journal.outcomes([became(row, 'added', more)], now + 1);
  journal.end({ exit: 0, summary: summary({ added: rows.length }) }, now + 2);
  return journal.run;
}

/** A run's file with just this in it. */
export function write(stateFolder: string, content: string | Buffer, now = START): string {
  const run = ulid(now);
  const path = runPath(stateFolder, run);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return run;
}

export function contentOf(stateFolder: string, run: string): Buffer {
  return readFileSync(runPath(stateFolder, run));
}

export function planned(stateFolder: string, run: string): RunRecord {
  return readRunFile(runPath(stateFolder, run), run);
}

export function states(rows: readonly RunRow[]): string[] {
  return rows.map(({ change, state }) => `${change.requested} ${state}`);
}
