import type { SecurityAdmin } from '../../backends/security-port.ts';
import type { Connection, ConnectOptions, Deps, WriteOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { serverOfKind } from '../../backends/kinds.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import type { SecurityResult } from '../../domain/security.ts';
import { asGroupctlError, type GroupctlError, partlyDoneError, usageError } from '../../errors.ts';
import { CallJournal } from '../call-journal.ts';
import { withConnection } from '../with-connection.ts';
import { counted } from '../../domain/counted.ts';

/** Commands about users, tasks, permissions and API keys. */

export interface SecurityContext {
  readonly connection: Connection;
  readonly security: SecurityAdmin;
  readonly deps: Deps;
}

export type SecurityWriteOptions = Pick<WriteOptions, 'dryRun' | 'journal'>;

/** @throws usage (2) `not-supported` for a kind of server that groupctl manages groups on, and no more */
export async function withSecurity<T>(
  options: ConnectOptions,
  deps: Deps,
  work: (context: SecurityContext) => Promise<T>,
): Promise<T> {
  return await withConnection(options, deps, async (connection) => {
    const { security } = connection.directory;
    if (security === undefined) {
      throw usageError(
        `On ${serverOfKind(connection.source.kind)} groupctl manages only groups.`,
        'Users, tasks, permissions and API keys are for ProGet.',
        'not-supported',
      );
    }
    return await work({ connection, security, deps });
  });
}

export interface Write {
  readonly what: SecurityResult['what'];
  readonly name: string;
  readonly op: SecurityResult['op'];
  readonly changes?: SecurityResult['changes'];
  /** How it is already; undefined: it has to be written. */
  readonly already?: 'already-there' | 'already-absent' | undefined;
  /** Returns what the server made, where that has an ID; `already-absent` of what was gone before the deletion. */
  readonly send: (journal: CallJournal) => Promise<unknown>;
}

const DONE = { create: 'created', change: 'changed', delete: 'deleted' } as const;

function isAbsent({ outcome }: SecurityResult): boolean {
  return outcome === 'already-absent';
}

/** Writes one thing, with a record of it; a dry run writes nothing, nor does what needs no write. */
export async function writeOnce(
  { command, ...write }: Write & { readonly command: string },
  options: SecurityWriteOptions & { readonly undoes?: string },
  context: Pick<SecurityContext, 'connection' | 'deps'>,
): Promise<VerbResult<SecurityResult>> {
  const { result, failure } = await runWrites(command, [write], options, context);
  return { result: result[0] as SecurityResult, failure };
}

function idOf(made: object | undefined): string | undefined {
  return made !== undefined && 'id' in made && typeof made.id === 'string' ? made.id : undefined;
}

/**
 * Writes several things, one after the other, as one run.
 *
 * @param command its words, for the journal
 * @throws what the first write throws; a later failure is that of the result, exit 7
 */
export async function runWrites(
  command: string,
  writes: readonly Write[],
  options: SecurityWriteOptions & { readonly undoes?: string },
  { connection, deps }: Pick<SecurityContext, 'connection' | 'deps'>,
): Promise<VerbResult<readonly SecurityResult[]>> {
  const { source } = connection;
  const dryRun = options.dryRun === true;
  const [first] = writes;
  const about =
    writes.length === 1 && first !== undefined
      ? `${first.what} ${first.name}`
      : counted(writes.length, first?.what ?? '');
  const journal = CallJournal.of(command, source, WITHOUT_GROUP, { ...options, about }, deps);
  const results: SecurityResult[] = [];
  /** Returns what stopped it before the last one. */
  const work = async (): Promise<GroupctlError | undefined> => {
    for (const { what, name, op, changes, already, send } of writes) {
      const where = { source: source.name, kind: source.kind };
      const facts = { ...where, what, name, op, ...defined({ changes }), dryRun };
      let made: object | undefined;
      let outcome: SecurityResult['outcome'] = already ?? (dryRun ? 'planned' : DONE[op]);
      try {
        if (already === undefined && !dryRun) {
          const answer = await send(journal);
          if (answer === 'already-absent') outcome = answer;
          made = typeof answer === 'object' && answer !== null ? answer : undefined;
          journal.done(made);
        }
      } catch (error) {
        journal.noteFailure(error);
        if (results.length === 0) throw error;
        const isInterrupt = asGroupctlError(error).kind === 'interrupted';
        const next = isInterrupt ? 'the rest was not tried' : 'the next one failed';
        const done = `${results.length} of ${writes.length} are done; ${next}.`;
        return partlyDoneError(done, error);
      }
      const id = idOf(made);
      results.push({ ...facts, ...defined({ id }), outcome });
    }
    return undefined;
  };
  const stopped = await journal.around(work, (failure) => ({
    exit: failure?.exitCode,
    ...(results.some(isAbsent) && { outcome: 'already-absent' }),
  }));
  const isPlanned = results.some(({ outcome }) => outcome === 'planned');
  const problem = isPlanned ? await deps.journalProblem(source, options) : undefined;
  const isWritten = ({ outcome, op }: SecurityResult): boolean => outcome === DONE[op];
  const result = results.map((each) => (isWritten(each) ? { ...each, ...journal.run } : each));
  return { result, failure: stopped ?? journal.failure ?? problem };
}
