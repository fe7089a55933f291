import type { MemberType } from './group.ts';

export type ChangeOp = 'add' | 'remove';

/** What takes such a change back. */
export function oppositeOf(op: ChangeOp): ChangeOp {
  return op === 'add' ? 'remove' : 'add';
}

/** Where a row came from, when it came from a file. */
export interface RowOrigin {
  readonly file: string;
  readonly line: number;
}

/** One change of one member: plain data, so that a plan can be saved, shown and undone. */
export interface MemberChange {
  readonly op: ChangeOp;
  readonly type: MemberType;
  /** The name to send: the server's spelling where it is known. */
  readonly member: string;
  /** The name as it was typed. */
  readonly requested: string;
  readonly row?: RowOrigin | undefined;
  /** The row of the earlier run that this one undoes or resumes, by its number there. */
  readonly earlier?: number | undefined;
  /** The row's number: its place in the plan of its run, from 0; assigned once, with the plan. */
  readonly index?: number | undefined;
}

/** @throws where a row has lost its number: nobody would know what became of which */
export function indexOf({ index, member }: MemberChange): number {
  if (index === undefined) throw new Error(`The row of ${member} has no number.`);
  return index;
}

/** `team.csv, line 7: `, where a row came from a file; else nothing. */
export function lineInFile(row: RowOrigin | undefined): string {
  return row === undefined ? '' : `${row.file}, line ${row.line}: `;
}
