import type { SecurityAdmin } from '../../backends/security-port.ts';
import { isFromBetween } from '../../backends/shared/in-flight.ts';
import type { Deps } from '../../cli/deps.ts';
import { foldName } from '../../domain/names.ts';
import type { UserRowResult } from '../../domain/user-rows.ts';
import {
  asGroupctlError,
  type ErrorKind,
  type GroupctlError,
  interruptedError,
} from '../../errors.ts';
import type { UserRow } from '../../files/users-file.ts';
import { neverReached } from '../../http/failures.ts';
import type { CallJournal } from '../call-journal.ts';
import { counted } from '../../domain/counted.ts';
import { inQuotes } from '../../domain/shorten.ts';

/** These end the run: the next row would fail alike. */
const ENDS_RUN: ReadonlySet<ErrorKind> = new Set([
  'unauthorized',
  'network',
  'interrupted',
  'internal',
]);

interface UserCreationOptions {
  readonly security: SecurityAdmin;
  /** The names of the users that exist, folded. */
  readonly known: ReadonlySet<string>;
  readonly journal: CallJournal;
  readonly dryRun: boolean;
  readonly deps: Pick<Deps, 'progress' | 'signal' | 'warn'>;
}

/** The users of a file on their way to the server: each is sent once, and all are read back at the end. */
export class UserCreation {
  readonly #options: UserCreationOptions;
  /** What ended the run before its last row. */
  stopped: GroupctlError | undefined;
  /** The lines that the server itself answered with an error. */
  readonly #answered = new Set<number>();

  constructor(options: UserCreationOptions) {
    this.#options = options;
  }

  /**
   * One result for each row, in their order.
   *
   * @throws what keeps the run from its first call; never what a call threw: see {@link stopped}
   */
  async create(rows: readonly UserRow[]): Promise<UserRowResult[]> {
    const progress = this.#options.deps.progress(rows.length, 'users');
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
    if (this.#options.known.has(foldName(name))) return { ...row, outcome: 'already-there' };
    if (this.#options.dryRun) return { ...row, outcome: 'planned' };
    if (this.#options.deps.signal.aborted) this.stopped ??= interruptedError();
    if (this.stopped !== undefined) return { ...row, outcome: 'not-tried' };
    const fields = { ...(displayName && { displayName }), ...(email && { email }), password };
    try {
      await this.#options.security.sendUser(name, fields, this.#options.journal);
      this.#options.journal.done();
      return { ...row, outcome: 'created' };
    } catch (thrown) {
      const known = asGroupctlError(thrown);
      const { kind, code, message } = known;
      // It is no fault of the row: its record cannot be kept.
      if (kind !== 'interrupted' && !this.#options.journal.hasSent) throw known;
      if (ENDS_RUN.has(kind)) this.stopped = known;
      if (kind === 'interrupted') return { ...row, outcome: 'not-tried' };
      const error = { kind, code, message };
      this.#options.journal.noteFailure(known);
      // A server that limits the rate has done nothing.
      if (neverReached(known)) return { ...row, outcome: 'not-tried', error };
      // What a proxy answers says nothing about the server behind it.
      if (kind === 'server' && !isFromBetween(known)) this.#answered.add(line);
      const isLost =
        kind === 'network' || kind === 'protocol' || kind === 'server' || isFromBetween(known);
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
      now = new Set((await this.#options.security.users(true)).map(({ name }) => foldName(name)));
    } catch (error) {
      this.stopped ??= asGroupctlError(error);
      return results.map((row) =>
        row.outcome === 'created' ? { ...row, outcome: 'unknown' } : row,
      );
    }
    const shown = results.filter(
      ({ line, name }) => this.#answered.has(line) && now.has(foldName(name)),
    );
    if (shown.length > 0) {
      const names = shown.map(({ name }) => inQuotes(name)).join(', ');
      this.#options.deps.warn(
        `The server answered POST users/add with an error for ${counted(shown.length, 'user')}; a read shows that they were created: ${names}.`,
      );
    }
    return results.map((row) => {
      const isThere = now.has(foldName(row.name));
      if (row.outcome === 'unknown' && isThere) {
        const { name, line } = row;
        return { name, line, outcome: 'created' };
      }
      if (this.#answered.has(row.line) && !isThere) return { ...row, outcome: 'failed' };
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
