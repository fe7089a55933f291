import type { MemberChange } from '../../domain/change.ts';
import { indexesOf, rangesOf, type RowRange } from './row-ranges.ts';

/** The rows of a plan as the first line of a journal has them. */

/** Rows that follow each other and differ in nothing but name, line and earlier row. */
export interface PackedRows extends Pick<MemberChange, 'op' | 'type'> {
  readonly members: readonly string[];
  /** The names as typed, where any of them is another. */
  readonly requested?: readonly string[] | undefined;
  /** Where the first of them stood; each other one on the line after. */
  readonly row?: MemberChange['row'];
  /** The rows of the run that this one undoes or resumes, in the order of the members. */
  readonly earlier?: readonly RowRange[] | undefined;
}

const MOST = 5000;

/** The elements that stand for these rows, in their order. */
export function* packRows(rows: readonly MemberChange[]): Generator<PackedRows> {
  for (let from = 0; from < rows.length;) {
    const to = endOfAlike(rows, from);
    const some = rows.slice(from, to);
    const [first] = some;
    if (first !== undefined) yield packed(first, some);
    from = to;
  }
}

function packed({ op, type, row }: MemberChange, some: readonly MemberChange[]): PackedRows {
  const isTyped = some.some(({ member, requested }) => member !== requested);
  const earlier = some.flatMap((each) => each.earlier ?? []);
  return {
    op,
    type,
    members: some.map(({ member }) => member),
    requested: isTyped ? some.map(({ requested }) => requested) : undefined,
    row,
    earlier: earlier.length > 0 ? rangesOf(earlier) : undefined,
  };
}

/** Behind the last row that goes on as the one at `from` begins. */
function endOfAlike(rows: readonly MemberChange[], from: number): number {
  const first = rows[from];
  let at = from + 1;
  for (; at < rows.length && at < from + MOST; at++) {
    const next = rows[at];
    if (first === undefined || next?.op !== first.op || next.type !== first.type) break;
    if ((next.earlier === undefined) !== (first.earlier === undefined)) break;
    if (next.row?.file !== first.row?.file) break;
    if (first.row !== undefined && next.row?.line !== first.row.line + at - from) break;
  }
  return at;
}

/** The rows of such an element. */
export function unpackRows(packedRows: PackedRows): MemberChange[] {
  const { op, type, members, requested = members, row } = packedRows;
  const earlier = [...indexesOf(packedRows.earlier ?? [])];
  return members.map((member, at) => ({
    op,
    type,
    member,
    requested: requested[at] ?? member,
    row: row && { file: row.file, line: row.line + at },
    earlier: earlier[at],
  }));
}
