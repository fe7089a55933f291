import { foldName } from '../../domain/names.ts';
import { kindInfo } from '../../backends/kinds.ts';
import {
  effectOf,
  isOwnChange,
  isUnreadable,
  memberOf,
  type RunRecord,
  type RunRow,
  type RunSummary,
  withLater,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/**
 * Rows in doubt: a call for them was about to be made, or was accepted, and before it they were not so. Those that
 * are applied count as this run's, so that an undo can reverse them, unless another run on record has
 * made the same change since.
 */
export async function presumedOwn(
  record: RunRecord,
  rows: readonly RunRow[],
  runs: Runs,
): Promise<Set<number>> {
  const before = new Set(record.calls.flatMap((call) => call.before ?? []).map(foldName));
  const wasInEffect = (row: RunRow): boolean =>
    before.size > 0 && before.has(foldName(memberOf(row))) === (row.change.op === 'add');
  const isInDoubt = (row: RunRow): boolean =>
    (row.state === 'in-doubt' && row.sent) || mayShowLater(record, row);
  const doubtful = rows.filter((row) => isInDoubt(row) && !wasInEffect(row));
  if (doubtful.length === 0) return new Set();
  const made = await madeSince(record, runs);
  if (made === undefined) return new Set();
  return new Set(doubtful.filter((row) => !made.has(changeKey(row))).map(({ index }) => index));
}

/** True for a change that was accepted and that a replica may show by now; a whole list is no replica. */
export function mayShowLater({ kind }: RunRecord, row: RunRow): boolean {
  return effectOf(row) === 'not-shown' && kindInfo(kind)?.engine === 'per-member';
}

/**
 * The changes that later runs on the same group made, but for those that resumed this one; undefined:
 * the record of one cannot be read.
 */
async function madeSince(
  { run, group, url }: RunRecord,
  runs: Runs,
): Promise<Set<string> | undefined> {
  const made = new Set<string>();
  const isOfGroup = (other: RunSummary): boolean =>
    other.url === url && (other.group?.id ?? other.group?.name) === (group.id ?? group.name);
  const later = await runs.list(undefined, (each) => each.run > run && isOfGroup(each));
  const own = withLater([run], later);
  for (const each of later) {
    const { run: id } = each;
    if (own.has(id)) continue;
    if (isUnreadable(each)) return undefined;
    const other = await runs.read(id);
    for (const row of other.rows.filter(isOwnChange)) made.add(changeKey(row));
  }
  return made;
}

function changeKey(row: RunRow): string {
  return `${row.change.op} ${row.change.type} ${foldName(memberOf(row))}`;
}
