import type { MemberChange } from '../../domain/change.ts';

/** The rows of a plan as the first line of a journal has them. */

/** Many rows that are alike: one a line of a file, each name to be sent as it was typed. */
export interface PackedRows extends Pick<MemberChange, 'op' | 'type'> {
  readonly members: readonly string[];
  /** Where the first of them stood; each other one on the line after. */
  readonly row?: MemberChange['row'];
}

/** Fewer rows than so many are written one by one and by name, for whoever reads the file. */
export const MANY_ROWS = 100;
const MOST = 5000;

/** The elements that stand for these rows, in their order. */
export function* packRows(rows: readonly MemberChange[]): Generator<MemberChange | PackedRows> {
  for (let from = 0; from < rows.length;) {
    const to = endOfAlike(rows, from);
    const some = rows.slice(from, to);
    const [first] = some;
    if (first === undefined || some.length < MANY_ROWS) yield* some;
    else {
      const { op, type, row } = first;
      const members = some.map(({ member }) => member);
      yield { op, type, ...(row === undefined ? {} : { row }), members };
    }
    from = to;
  }
}

/** Behind the last row that goes on as the one at `from` begins. */
function endOfAlike(rows: readonly MemberChange[], from: number): number {
  const first = rows[from];
  let at = from + 1;
  if (first === undefined || first.member !== first.requested) return at;
  const { op, type, row: start } = first;
  for (; at < rows.length && at < from + MOST; at++) {
    const next = rows[at];
    if (next === undefined || next.op !== op || next.type !== type) break;
    if (next.member !== next.requested || next.row?.file !== start?.file) break;
    if (start !== undefined && next.row?.line !== start.line + at - from) break;
  }
  return at;
}

/** The rows of such an element. */
export function unpackRows({ op, type, members, row }: PackedRows): MemberChange[] {
  return members.map((member, at) =>
    row === undefined
      ? { op, type, member, requested: member }
      : { op, type, member, requested: member, row: { file: row.file, line: row.line + at } },
  );
}
