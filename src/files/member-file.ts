import type { RowOrigin } from '../domain/change.ts';
import type { MemberType } from '../domain/group.ts';
import type { Problem } from './problems.ts';

/** What is known of a file of names once it has been read. */

export type InputFormat = 'csv' | 'list' | 'json';

/** A row as it stood in the file: the cells of a CSV row, or the text of a JSON element. */
export type InputRecord = readonly string[] | string;

/**
 * One name of the file. Spaces around it are kept if quotes hold them, because a member may have exactly
 * that name; duplicates are kept.
 */
export interface InputRow {
  readonly name: string;
  /** Where the row says so itself. */
  readonly type?: MemberType;
  /** What the row calls the group that it is about, where the file has columns for that. */
  readonly groups?: readonly GroupCell[];
  readonly row: RowOrigin;
  /** Why it can be no name, unless the server has it: in a list that `members list` wrote. */
  readonly problem?: Problem;
  /** Only where it was asked for. */
  readonly record?: InputRecord;
}

/** What one column, or key, of a row says of its group. */
export interface GroupCell {
  readonly column: string;
  /** One of a cell; of a JSON array there may be several. */
  readonly names: readonly GroupName[];
}

/** A text, which is a name, a slug or an id; or what an object says. */
export type GroupName = string | GroupObject;

export interface GroupObject {
  readonly id?: string;
  readonly slug?: string;
  readonly names: readonly string[];
}

/** A line above the header that was not read. */
export interface SkippedLine {
  readonly line: number;
  readonly text: string;
}

/** How a CSV file is laid out, so that another one like it can be written. */
export interface CsvLayout {
  readonly header: readonly string[];
  /** The place of the names, from 0. */
  readonly column: number;
  /** The place of `Type`, where the file has it. */
  readonly typeColumn?: number;
  readonly delimiter: string;
  /** The first line names the delimiter (`sep=;`), as some spreadsheets write it. */
  readonly sepLine: boolean;
}

export interface MemberFile {
  /** The path as given, or `standard input`. */
  readonly file: string;
  readonly format: InputFormat;
  /** True if the file can tell users from machine identities. */
  readonly hasTypes: boolean;
  readonly rows: readonly InputRow[];
  /** The column or key that the names are from, as the file spells it, or as `--column` asked. */
  readonly column?: string;
  /** Other columns or keys that could hold the names, where none was asked for. */
  readonly otherColumns?: readonly string[];
  /** A title, which stands above the header. */
  readonly skipped?: readonly SkippedLine[];
  readonly csv?: CsvLayout;
  /** The file began with a byte order mark. */
  readonly bom: boolean;
  readonly newline: '\n' | '\r\n' | '\r';
}

/** What the reader of one format is given besides the text. */
export interface ReadContext {
  readonly file: string;
  readonly column?: string;
  /** `--group-column`; `none`: every row is taken. */
  readonly groupColumn?: string;
  readonly keepRecords: boolean;
  /** The names are to be added: a row that tells of a removal is refused. */
  readonly adds: boolean;
}

/** What the reader of one format gives back. */
export type ReadRows = Pick<MemberFile, 'hasTypes' | 'rows' | 'column' | 'otherColumns' | 'csv'>;
