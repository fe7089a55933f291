import { foldName } from '../../domain/names.ts';
import type { ChangeOp } from '../../domain/change.ts';
import { effectOf, memberOf, type RunRecord, type RunRow } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';
import type { LaterRuns } from './later-runs.ts';
import { changeKey, madeSince } from './made-since.ts';

/**
 * Rows of an earlier run whose change counts as that of the run that finds it in effect, so that an undo can
 * reverse it: it was about to be sent, or was accepted, and before that it was not so. But not if another run
 * on record has made the same change since.
 *
 * @param rows those that are resumed, or undone
 * @param opOf what is to be found: the change of a row, or its reverse
 */
export async function presumedOwn(
  record: RunRecord,
  rows: readonly RunRow[],
  opOf: (row: RunRow) => ChangeOp,
  later: LaterRuns,
  runs: Runs,
): Promise<Set<number>> {
  const own = new Set<number>();
  const senders = new Map<string, Sender>();
  for (const row of rows) {
    for (const { record: sender, row: sent } of later.openFor(record, row, opOf(row))) {
      const known = senders.get(sender.run) ?? (await senderOf(sender, later, runs));
      senders.set(sender.run, known);
      if (isPresumed(sent, known)) own.add(row.index);
    }
  }
  return own;
}

/** What is on record of a run that sent something, before that and after it. */
interface Sender {
  /** The members that its writes were merged into, where they were read. */
  readonly before: ReadonlySet<string>;
  /** The changes that other runs made since; undefined: the record of one cannot be read. */
  readonly made: ReadonlyMap<string, string> | undefined;
}

async function senderOf(record: RunRecord, later: LaterRuns, runs: Runs): Promise<Sender> {
  const before = new Set(record.calls.flatMap((call) => call.before ?? []).map(foldName));
  return { before, made: await madeSince(record, later, runs) };
}

function isPresumed(row: RunRow, { before, made }: Sender): boolean {
  const wasInEffect =
    before.size > 0 && before.has(foldName(memberOf(row))) === (row.change.op === 'add');
  const wasSent = row.sent || effectOf(row) === 'not-shown';
  return wasSent && !wasInEffect && made?.has(changeKey(row)) === false;
}
