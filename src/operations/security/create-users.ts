import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { harmlessPath } from '../../domain/shorten.ts';
import type { CreatedUsers, UserRowResult } from '../../domain/user-rows.ts';
import { asGroupctlError } from '../../errors.ts';
import { readUsers, type UserRow, usersText } from '../../files/users-file.ts';
import { countWords } from '../../output/results/security/created-users.ts';
import { CallJournal } from '../call-journal.ts';
import { recordLostError } from '../membership/conclude.ts';
import { unsavedError } from '../membership/save-failures.ts';
import { usersFailure, isCreated } from './create-users-failure.ts';
import { type LoginOptions, withLogin } from './login.ts';
import { type SecurityWriteOptions, withSecurity } from './with-security.ts';
import { counted } from '../../domain/counted.ts';
import { UserCreation } from './user-creation.ts';

export interface CreateUsersOptions extends LoginOptions, SecurityWriteOptions {
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
  const file = path === '-' ? 'standard input' : harmlessPath(path);
  if (failures !== undefined) {
    const { assertWritable } = await import('../../files/failures/failures.ts');
    await assertWritable(failures, path);
  }
  const rows = await readUsers(await bytesOf(path, deps), file);
  for (const { password } of rows) deps.redactor.add(password);
  return await withSecurity(withLogin(options), deps, async ({ connection, security }) => {
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
    const facts = { source: name, kind, file, dryRun, results };
    let failure = usersFailure(results, creation.stopped);
    const { recordLost } = journal;
    failure =
      recordLost === undefined
        ? (failure ?? journal.failure)
        : recordLostError(recordLost, failure);
    if (dryRun) failure ??= await deps.journalProblem(source, options);
    if (failures !== undefined && !dryRun) {
      try {
        await saveFailedUsers(failures, rows, results, deps);
      } catch (error) {
        const isSomeDone = results.some(({ outcome }) => isCreated(outcome));
        failure = unsavedError(asGroupctlError(error), failure, isSomeDone);
      }
    }
    return { result: { ...facts, ...defined(journal.run) }, failure };
  });
}

async function bytesOf(path: string, deps: Deps): Promise<Buffer> {
  if (path === '-') return await deps.stdinBytes('--file');
  const { readBytes } = await import('../../files/read/read-bytes.ts');
  return await deps.waitForInput((signal) => readBytes(path, signal));
}

async function saveFailedUsers(
  path: string,
  rows: readonly UserRow[],
  results: readonly UserRowResult[],
  deps: Deps,
): Promise<void> {
  const { writeFailures } = await import('../../files/failures/failures.ts');
  const failed = rows.flatMap((row, at) => {
    const { outcome = 'failed', error } = results[at] ?? {};
    return isCreated(outcome) ? [] : [{ row, outcome, why: error?.message ?? '' }];
  });
  const text = failed.length === 0 ? undefined : await usersText(failed);
  await writeFailures(path, text, deps);
}
