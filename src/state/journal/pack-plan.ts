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
  let some: MemberChange[] = [];
  for (const row of rows) {
    const [first] = some;
    if (first !== undefined && (some.length === MOST || !continues(first, row, some.length))) {
      yield packed(first, some);
      some = [];
    }
    some.push(row);
  }
  const [first] = some;
  if (first !== undefined) yield packed(first, some);
}

/** True for a row that goes on as `first` began, so many rows before it. */
function continues(first: MemberChange, row: MemberChange, after: number): boolean {
  return (
    row.op === first.op &&
    row.type === first.type &&
    (row.earlier === undefined) === (first.earlier === undefined) &&
    row.row?.file === first.row?.file &&
    (first.row === undefined || row.row?.line === first.row.line + after)
  );
}

function packed({ op, type, row, earlier }: MemberChange, some: MemberChange[]): PackedRows {
  const members = some.map(({ member }) => member);
  const isTyped = some.some(({ requested, member }) => requested !== member);
  return {
    op,
    type,
    members,
    requested: isTyped ? some.map(({ requested }) => requested) : undefined,
    row,
    earlier:
      earlier === undefined ? undefined : rangesOf(some.flatMap((each) => each.earlier ?? [])),
  };
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
