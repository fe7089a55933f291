import { defined } from '../../domain/defined.ts';
import type { Deps, WriteOptions } from '../../cli/deps.ts';
import type { GroupDirectory } from '../../backends/port.ts';
import { firstOf } from '../../domain/first-of.ts';
import { inQuotes, shortened } from '../../domain/shorten.ts';
import { usageError } from '../../errors.ts';
import { isDone, type MemberOutcome } from '../../domain/outcome.ts';
import type { InputRow, MemberFile } from '../../files/member-file.ts';
import type { MemberInput, RequestedMember } from './plan.ts';

/** The members of a command: names and ids of the command line, and the rows of a file. */

export interface InputOptions {
  readonly member?: readonly string[];
  readonly identity?: readonly string[];
  readonly file?: string;
  readonly format?: MemberFile['format'];
  readonly column?: string;
  /** The column that says which group a row is about; `none`: every row is taken. */
  readonly groupColumn?: string;
  readonly failures?: string;
}

interface InputRules {
  /** The file says who is in a group and who is not: one of rows that were not done is refused. */
  readonly wholeGroup?: boolean;
  /** The names are to be added: rows of a result that tell of removals are refused. */
  readonly adds?: boolean;
}

/** @throws usage (2) for a file that cannot be read as one, or for --failures that cannot be written */
export async function readInput(
  options: InputOptions,
  deps: Deps,
  rules: InputRules = {},
): Promise<MemberInput> {
  const { member = [], identity = [] } = options;
  assertFileOptions(options);
  await assertFailures(options);
  const file = await readFile(options, deps, rules);
  await deps.saveMemory?.(file?.rows.length ?? 0);
  const requested: RequestedMember[] = [
    ...member.map((name) => ({ type: 'user', name }) as const),
    ...identity.map((name) => ({ type: 'identity', name: name.trim() }) as const),
  ];
  for (const row of file?.rows ?? []) requested.push(requestedMember(row));
  // The rows themselves are needed again only to write the failed ones.
  const kept = file === undefined || options.failures !== undefined ? file : { ...file, rows: [] };
  return { requested, file: kept };
}

/**
 * Checks names that are to be added, before any request: an invisible character that was pasted in
 * makes another name. A name to remove may really have one.
 *
 * @throws usage (2), `bad-name`
 */
export async function assertCleanNames({
  member = [],
  identity = [],
}: InputOptions): Promise<void> {
  const names = [
    ...member.map((name) => ['--member', name.trim()] as const),
    ...identity.map((name) => ['--identity', name.trim()] as const),
  ];
  const odd = names.filter(([, name]) => /[^ -~]/.test(name) || name.length > PLAIN_LENGTH);
  if (odd.length === 0) return;
  const { typedNameProblem } = await import('../../files/name.ts');
  for (const [option, name] of odd) {
    const problem = typedNameProblem(name);
    if (problem === undefined) continue;
    const { code, message } = problem;
    throw usageError(`${option}: ${message}.`, 'Type it again.', code, { nothingWritten: true });
  }
}

/** Names of printable ASCII that are no longer need no closer look. */
const PLAIN_LENGTH = 200;

function assertFileOptions({ file, format, column, groupColumn }: InputOptions): void {
  if (file !== undefined) return;
  const given = { '--format': format, '--column': column, '--group-column': groupColumn };
  const option = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (option === undefined) return;
  throw usageError(`The option ${option} is about the file of --file, and there is none.`);
}

/** @throws usage (2) when --failures cannot be written: before anything is done, not after */
export async function assertFailures({ failures, file }: InputOptions): Promise<void> {
  if (failures === undefined) return;
  const { assertWritable } = await import('../../files/failures/failures.ts');
  await assertWritable(failures, file);
}

async function readFile(
  options: InputOptions,
  deps: Deps,
  { wholeGroup = false, adds = false }: InputRules,
): Promise<MemberFile | undefined> {
  const { file: path, format, column, groupColumn, failures } = options;
  if (path === undefined) return undefined;
  const { readMemberFile } = await import('../../files/read/read-member-file.ts');
  const request = {
    path,
    ...defined({ format, column, groupColumn }),
    readStdin: () => deps.stdinBytes('--file'),
    keepRecords: failures !== undefined,
    wholeGroup,
    adds,
  };
  const read = await deps.waitForInput((signal) => readMemberFile({ ...request, signal }));
  noteUnread(read, deps);
  return read;
}

/** Says what was not read of a file: a title, and other columns that could hold the names. */
function noteUnread({ file, column, otherColumns, skipped }: MemberFile, deps: Deps): void {
  for (const { line, text } of skipped ?? []) {
    deps.warn(`${file}: line ${line}, above the header, is skipped: ${inQuotes(text)}.`);
  }
  if (column === undefined || otherColumns === undefined) return;
  const others = firstOf(otherColumns, shortened, 5, ' or ');
  deps.warn(
    `${file}: the names are from the column ${shortened(column)}, not from ${others} (--column).`,
  );
}

function requestedMember(input: InputRow): RequestedMember {
  const { name, type = 'user', row, groups, problem } = input;
  const member = { type, name: type === 'identity' ? name.trim() : name, row };
  if (groups === undefined && problem === undefined) return member;
  return { ...member, ...defined({ groups, problem }) };
}

/**
 * The rows that are about the group of `--name`, as far as they say so.
 *
 * @throws usage (2): a row is about another group, or it is not certain which; what finding the group
 *   throws
 */
export async function onlyOfGroup(
  input: MemberInput,
  options: { readonly groupColumn?: string | undefined; readonly name: string },
  directory: GroupDirectory,
  deps: Deps,
): Promise<MemberInput> {
  if (input.requested.every(({ groups }) => groups === undefined)) return input;
  const { rowsOfGroup: ofGroup } = await import('./rows-of-group.ts');
  return await ofGroup(input, options, directory, deps);
}

/**
 * Writes the rows that are not done to --failures, in the format of the input.
 *
 * @returns the path, if there are such rows
 */
export async function saveFailedRows(
  { failures }: { readonly failures?: string | undefined },
  { dryRun }: Pick<WriteOptions, 'dryRun'>,
  { file }: MemberInput,
  outcomes: readonly MemberOutcome[],
  deps: Deps,
): Promise<string | undefined> {
  // What is there may be of the real run.
  if (failures === undefined || dryRun === true) return undefined;
  const { saveFailures: save } = await import('../../files/failures/failures.ts');
  const failed = outcomes.filter(({ outcome }) => !isDone(outcome));
  await save(failures, file, failed, deps);
  return failed.length === 0 ? undefined : failures;
}
