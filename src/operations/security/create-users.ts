import type { SecurityAdmin } from '../../backends/security-port.ts';
import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { shownPath } from '../../domain/shorten.ts';
import type { CreatedUsers, UserRowResult } from '../../domain/user-rows.ts';
import {
  asGroupctlError,
  type ErrorKind,
  type GroupctlError,
  interruptedError,
} from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import { readUsers, type UserRow, usersText } from '../../files/users-file.ts';
import { CallJournal, NOT_SENT } from '../call-journal.ts';
import { recordLostError } from '../membership/conclude.ts';
import { unsavedError } from '../membership/save-failures.ts';
import { failureOf, isCreated } from './create-users-failure.ts';
import { type LoginOptions, withLogin } from './login.ts';
import { type SecurityWriteOptions, withSecurity } from './with-security.ts';
import { counted } from '../../domain/counted.ts';

export interface CreateUsersOptions extends LoginOptions, SecurityWriteOptions {
  readonly file: string;
  readonly failures?: string;
}

/** These end the run: the next row would fail alike. */
const STOPS: ReadonlySet<ErrorKind> = new Set([
  'unauthorized',
  'network',
  'interrupted',
  'internal',
]);

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
  const file = path === '-' ? 'standard input' : shownPath(path);
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
    const journal = new CallJournal('security users create', source, WITHOUT_GROUP, asRun, deps);
    const run = new Creation(security, known, journal, options.dryRun === true, deps);
    const results = await journal.around(
      () => run.create(rows),
      undefined,
      (made) => failureOf(made, run.stopped)?.exitCode ?? 0,
    );
    const { name, kind } = source;
    const dryRun = options.dryRun === true;
    const facts = { source: name, kind, file, dryRun, results };
    let failure = failureOf(results, run.stopped);
    const { recordLost } = journal;
    failure =
      recordLost === undefined
        ? (failure ?? journal.failure)
        : recordLostError(recordLost, failure);
    if (dryRun && options.journal !== false) failure ??= await deps.journalProblem(source);
    if (failures !== undefined && !dryRun) {
      try {
        await saveRows(failures, rows, results);
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

class Creation {
  readonly #security: SecurityAdmin;
  readonly #known: ReadonlySet<string>;
  readonly #journal: CallJournal;
  readonly #dryRun: boolean;
  readonly #deps: Deps;
  /** What ended the run before its last row. */
  stopped: GroupctlError | undefined;

  constructor(
    security: SecurityAdmin,
    known: ReadonlySet<string>,
    journal: CallJournal,
    dryRun: boolean,
    deps: Deps,
  ) {
    this.#security = security;
    this.#known = known;
    this.#journal = journal;
    this.#dryRun = dryRun;
    this.#deps = deps;
  }

  async create(rows: readonly UserRow[]): Promise<UserRowResult[]> {
    const progress = this.#deps.progress(rows.length, 'users');
    const results: UserRowResult[] = [];
    try {
      for (const row of rows) {
        const result = await this.#row(row);
        results.push(result);
        progress.step(1, result.outcome === 'created');
      }
    } finally {
      progress.stop();
    }
    return await this.#readBack(results);
  }

  async #row({
    line,
    name,
    displayName,
    email,
    password,
    problem,
  }: UserRow): Promise<UserRowResult> {
    const row = { name, line };
    if (problem !== undefined) {
      return {
        ...row,
        outcome: 'failed',
        error: { kind: 'usage', code: 'bad-row', message: problem },
      };
    }
    if (this.#known.has(foldName(name))) return { ...row, outcome: 'already-there' };
    if (this.#dryRun) return { ...row, outcome: 'planned' };
    if (this.#deps.signal.aborted) this.stopped ??= interruptedError();
    if (this.stopped !== undefined) return { ...row, outcome: 'not-tried' };
    const fields = { ...(displayName && { displayName }), ...(email && { email }), password };
    try {
      await this.#security.sendUser(name, fields, this.#journal);
      this.#journal.done();
      return { ...row, outcome: 'created' };
    } catch (thrown) {
      const known = asGroupctlError(thrown);
      const { kind, code, message } = known;
      if (STOPS.has(kind)) this.stopped = known;
      if (kind === 'interrupted') return { ...row, outcome: 'not-tried' };
      const error = { kind, code, message };
      this.#journal.noteFailure(known);
      // A server that limits the rate has done nothing.
      if (NOT_SENT.has(code) || neverReached(known)) return { ...row, outcome: 'not-tried', error };
      const isLost = kind === 'network' || kind === 'protocol' || kind === 'server';
      return { ...row, outcome: isLost ? 'unknown' : 'failed', error };
    }
  }

  /** What was sent is created if the list shows it, whatever was answered; not so after an error status. */
  async #readBack(results: readonly UserRowResult[]): Promise<UserRowResult[]> {
    if (!results.some(({ outcome }) => outcome === 'created' || outcome === 'unknown')) {
      return [...results];
    }
    let now: ReadonlySet<string>;
    try {
      now = new Set((await this.#security.users(true)).map(({ name }) => foldName(name)));
    } catch (error) {
      this.stopped ??= asGroupctlError(error);
      return results.map((row) =>
        row.outcome === 'created' ? { ...row, outcome: 'unknown' } : row,
      );
    }
    return results.map((row) => {
      const isThere = now.has(foldName(row.name));
      if (row.outcome === 'unknown' && isThere) {
        const { name, line } = row;
        return { name, line, outcome: 'created' };
      }
      // What a proxy answers says nothing about the server behind it.
      const isFromBetween = /^http-50[234]$/.test(row.error?.code ?? '');
      if (row.error?.kind === 'server' && !isThere && !isFromBetween) {
        return { ...row, outcome: 'failed' };
      }
      return row.outcome === 'created' && !isThere ? { ...row, ...NOT_APPLIED } : row;
    });
  }
}

const NOT_APPLIED = {
  outcome: 'unknown',
  error: {
    kind: 'safety',
    code: 'not-applied',
    message: 'The server accepted it, and its list does not show it.',
  },
} as const;

async function saveRows(
  path: string,
  rows: readonly UserRow[],
  results: readonly UserRowResult[],
): Promise<void> {
  const { writeFailures } = await import('../../files/failures/failures.ts');
  const failed = rows.flatMap((row, at) => {
    const { outcome = 'failed', error } = results[at] ?? {};
    return isCreated(outcome) ? [] : [{ row, outcome, why: error?.message ?? '' }];
  });
  await writeFailures(path, failed.length === 0 ? undefined : await usersText(failed));
}
