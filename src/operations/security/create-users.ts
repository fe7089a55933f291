import type { Deps } from '../../cli/deps.ts';
import { assertOneReader } from '../../cli/secrets.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { firstAndMore } from '../../domain/first-of.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { harmlessPath } from '../../domain/shorten.ts';
import type { CreatedUsers, UserRowResult } from '../../domain/user-rows.ts';
import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import { readUsers, type UsersFile, usersText } from '../../files/users-file.ts';
import { countWords } from '../../output/results/security/created-users.ts';
import { CallJournal } from '../call-journal.ts';
import { recordLostError } from '../membership/conclude.ts';
import { savingNotTried, unsavedError } from '../membership/save-failures.ts';
import { usersFailure, isCreated } from './create-users-failure.ts';
import { type LoginOptions, withLogin } from './login.ts';
import { type SecurityContext, type SecurityWriteOptions, withSecurity } from './with-security.ts';
import { counted } from '../../domain/counted.ts';
import { UserCreation } from './user-creation.ts';

interface CreateUsersOptions extends LoginOptions, SecurityWriteOptions {
  readonly file: string;
  readonly failures?: string;
}

/**
 * Creates the users of a file. Existing accounts are left alone, a bad row does not stop the others, and the
 * same command goes on where a killed run ended. All of it is read back once, at the end.
 *
 * @throws usage (2) for a file that cannot be read as one; what the first call throws
 */
export async function createUsers(
  options: CreateUsersOptions,
  deps: Deps,
): Promise<VerbResult<CreatedUsers>> {
  const { file: path, failures } = options;
  const file = nameOf(path);
  const login = withLogin(options);
  assertOneReader({ ...login, file: path });
  if (failures !== undefined) {
    const { assertWritable } = await import('../../files/failures/failures.ts');
    await assertWritable(failures, path);
  }
  const users = await readUsers(await bytesOf(path, deps), file);
  for (const { password } of users.rows) deps.redactor.add(password);
  notePaddedPasswords(users, file, deps);
  const { result, failure } = await savingNotTried(
    () => withSecurity(login, deps, (context) => createEach(users, options, context)),
    (error) => saveFailedUsers(users, notTried(users, error), options, deps),
  );
  const { results } = result;
  try {
    await saveFailedUsers(users, results, options, deps);
    return { result, failure };
  } catch (error) {
    const isSomeDone = results.some(({ outcome }) => isCreated(outcome));
    return { result, failure: unsavedError(asGroupctlError(error), failure, isSomeDone) };
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : harmlessPath(path);
}

/** A blank that a spreadsheet or a hand left there would be part of a password without a sign of it. */
function notePaddedPasswords({ rows }: UsersFile, file: string, deps: Deps): void {
  const padded = rows.filter(({ password }) => password !== password.trim());
  if (padded.length === 0) return;
  const lines = firstAndMore(padded, ({ line }) => String(line));
  const where = padded.length === 1 ? `line ${lines}` : `lines ${lines}`;
  deps.warn(`${file}, ${where}: spaces at the ends of a password are part of it.`);
}

async function createEach(
  { rows }: UsersFile,
  options: CreateUsersOptions,
  { connection, security, deps }: SecurityContext,
): Promise<VerbResult<CreatedUsers>> {
  const { source } = connection;
  const known = new Set((await security.users()).map(({ name }) => foldName(name)));
  const asRun = { ...options, about: counted(rows.length, 'user') };
  const journal = CallJournal.of('security users create', source, WITHOUT_GROUP, asRun, deps);
  const dryRun = options.dryRun === true;
  const creation = new UserCreation({ security, known, journal, dryRun, deps });
  const results = await journal.around(
    () => creation.create(rows),
    (made) => ({
      exit: usersFailure(made, creation.stopped)?.exitCode,
      result: countWords(made),
    }),
  );
  const { name, kind } = source;
  const facts = { source: name, kind, file: nameOf(options.file), dryRun, results };
  let failure = usersFailure(results, creation.stopped);
  const { recordLost } = journal;
  failure =
    recordLost === undefined ? (failure ?? journal.failure) : recordLostError(recordLost, failure);
  if (dryRun) failure ??= await deps.journalProblem(source, options);
  return { result: { ...facts, ...defined(journal.run) }, failure };
}

async function bytesOf(path: string, deps: Deps): Promise<Buffer> {
  if (path === '-') return await deps.stdinBytes('--file');
  const { readBytes } = await import('../../files/read/read-bytes.ts');
  return await deps.waitForInput((signal) => readBytes(path, signal));
}

/** The rows of a run that ended before any of them was sent. */
function notTried({ rows }: UsersFile, { kind, code, message }: GroupctlError): UserRowResult[] {
  return rows.map(({ name, line }) => {
    return { name, line, outcome: 'not-tried', error: { kind, code, message } };
  });
}

/** @returns the path, if there are rows in it */
async function saveFailedUsers(
  users: UsersFile,
  results: readonly UserRowResult[],
  { failures, dryRun }: Pick<CreateUsersOptions, 'failures' | 'dryRun'>,
  deps: Deps,
): Promise<string | undefined> {
  if (failures === undefined || dryRun === true) return undefined;
  const { writeFailures } = await import('../../files/failures/failures.ts');
  const failed = users.rows.flatMap((row, at) => {
    const { outcome = 'failed', error } = results[at] ?? {};
    return isCreated(outcome) ? [] : [{ row, outcome, why: error?.message ?? '' }];
  });
  if (failed.length === 0) await writeFailures(failures, undefined, deps);
  else await writeFailures(failures, await usersText(users, failed), deps);
  return failed.length === 0 ? undefined : failures;
}
