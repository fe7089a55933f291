import { defined } from '../../domain/defined.ts';
import { harmlessPath } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';
import { decode, type Decoded, newlineOf } from './decode.ts';
import { detect, type Shape } from './detect.ts';
import type { InputFormat, MemberFile, ReadContext, ReadRows } from '../member-file.ts';
import { emptyFileError, leftByRunError } from '../problems.ts';
import { MAX_FILE_BYTES, readBytes, tooLargeError } from './read-bytes.ts';

export interface FileRequest {
  /** `-` is standard input. */
  readonly path: string;
  /** `--format`; without it the content tells. */
  readonly format?: InputFormat;
  /** `--column`. */
  readonly column?: string;
  /** `--group-column`: which column says the group of a row; `none`: every row is taken. */
  readonly groupColumn?: string;
  readonly readStdin: () => Promise<Buffer>;
  /** Ends the wait for a pipe. */
  readonly signal?: AbortSignal;
  /** Keeps the rows as they stood in the file, for {@link failuresText}. */
  readonly keepRecords?: boolean;
  /** The names are to be added: rows of a result that tell of removals are refused. */
  readonly adds?: boolean;
  /** Refuses what a run left with --failures, which is a part of a group. */
  readonly wholeGroup?: boolean;
}

/** How much of a file is read to detect its format: the header must be in it. */
const HEAD_BYTES = 64 * 1024;
/** The same where comments fill that. */
const MAX_HEAD_BYTES = 1024 * 1024;

/**
 * Reads the names of a file: a CSV with a header, a plain list, or a JSON array (docs/files.md).
 * Names are in the order of the file; duplicates are kept.
 *
 * @throws usage (2), with `details.file` and mostly `details.line`: `file-not-readable`,
 *   `file-too-large`, `not-text`, `bad-encoding`, `no-header`, `no-such-column`, `bad-header`,
 *   `bad-json`, `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`, `empty-file`,
 *   `left-by-run`, `ambiguous-column`, `own-result`, `not-names`, `more-pages`
 */
export async function readMemberFile(request: FileRequest): Promise<MemberFile> {
  const { path, format, keepRecords = false, adds = false } = request;
  const file = path === '-' ? 'standard input' : harmlessPath(path);
  const column = request.column?.trim();
  const groupColumn = request.groupColumn?.trim();
  const asked = defined({ column, groupColumn });
  const bytes = path === '-' ? await request.readStdin() : await readBytes(path, request.signal);
  if (bytes.length > MAX_FILE_BYTES) throw tooLargeError(file);
  const decoded = decode(bytes, file);
  const head = headOf(decoded, file, format);
  const shape = await detect(head, { file, ...defined({ format }), ...asked });
  const context: ReadContext = { file, ...asked, keepRecords, adds };
  const read = await readRows(decoded, shape, context);
  if (read.rows.length === 0) throw emptyFileError(file);
  if (request.wholeGroup === true) await assertNotLeftByRun(head, decoded, file);
  const skipped = shape.format === 'csv' && shape.skipped ? { skipped: shape.skipped } : {};
  return {
    file,
    format: shape.format,
    ...read,
    ...skipped,
    bom: decoded.bom,
    newline: newlineOf(head),
  };
}

/** The beginning; where it has nothing but comments, more of it. */
function headOf({ utf8 }: Decoded, file: string, format: InputFormat | undefined): string {
  const head = utf8.toString('utf8', 0, HEAD_BYTES);
  if (utf8.length <= HEAD_BYTES || format === 'list' || !isComments(head)) return head;
  const more = utf8.toString('utf8', 0, MAX_HEAD_BYTES);
  if (utf8.length > MAX_HEAD_BYTES && isComments(more)) throw onlyCommentsError(file);
  return more;
}

/** True for comments and blank lines alone; the last line may be cut. */
function isComments(head: string): boolean {
  const lines = head.split(/\r\n?|\n/).slice(0, -1);
  return lines.length > 0 && lines.every((line) => /^\s*(?:#|$)/.test(line));
}

/** @returns usage (2), `no-header` */
function onlyCommentsError(file: string): GroupctlError {
  return fileError(
    'no-header',
    `${file} begins with more than 1 MiB of comments.`,
    { file, line: 1 },
    'Delete them. If it is a plain list of names, use --format=list.',
  );
}

/** @throws usage (2), `left-by-run` */
async function assertNotLeftByRun(head: string, { utf8 }: Decoded, file: string): Promise<void> {
  const { isLeftByRun } = await import('../failures/is-left-by-run.ts');
  if (await isLeftByRun(head, utf8.length <= HEAD_BYTES)) throw leftByRunError(file);
}

async function readRows({ utf8 }: Decoded, shape: Shape, context: ReadContext): Promise<ReadRows> {
  if (shape.format === 'csv') {
    const { readCsv } = await import('./csv.ts');
    return await readCsv(utf8.toString('utf8'), shape, context);
  }
  if (shape.format === 'json') {
    const { readJson } = await import('./json.ts');
    return readJson(utf8.toString('utf8'), context);
  }
  const { readList } = await import('./list.ts');
  return readList(utf8.toString('utf8'), context);
}
