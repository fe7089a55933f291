import type { MemberType } from '../../domain/group.ts';
import type { InputRecord } from '../member-file.ts';

/** A row of a file, or a name of the command line, that is not done. */
export interface FailedRow {
  readonly name: string;
  readonly type: MemberType;
  /** As it stood in the file; undefined for a name of the command line. */
  readonly record: InputRecord | undefined;
  readonly outcome: string;
  readonly error: string;
}
