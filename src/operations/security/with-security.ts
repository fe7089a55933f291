import type { SecurityAdmin } from '../../backends/security-port.ts';
import type { Connection, ConnectOptions, Deps, WriteOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { serverOfKind } from '../../backends/kinds.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import type { SecurityResult } from '../../domain/security.ts';
import { usageError } from '../../errors.ts';
import { CallJournal } from '../call-journal.ts';
import { withConnection } from '../with-connection.ts';

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
  /** The words of the command, for the journal. */
  readonly command: string;
  readonly what: SecurityResult['what'];
  readonly name: string;
  readonly op: SecurityResult['op'];
  /** How it is already; undefined: it has to be written. */
  readonly already?: 'already-there' | 'already-absent' | undefined;
  readonly send: (journal: CallJournal) => Promise<unknown>;
}

const DONE = { create: 'created', change: 'changed', delete: 'deleted' } as const;

/** Writes one thing, with a record of it; a dry run writes nothing, nor does what needs no write. */
export async function writeOnce(
  { command, what, name, op, already, send }: Write,
  options: SecurityWriteOptions & { readonly undoes?: string },
  { connection, deps }: Pick<SecurityContext, 'connection' | 'deps'>,
): Promise<VerbResult<SecurityResult>> {
  const { source } = connection;
  const dryRun = options.dryRun === true;
  const facts = { source: source.name, kind: source.kind, what, name, op, dryRun };
  if (already !== undefined) return { result: { ...facts, outcome: already } };
  if (dryRun) {
    const failure = options.journal === false ? undefined : await deps.journalProblem(source);
    return { result: { ...facts, outcome: 'planned' }, failure };
  }
  const journal = new CallJournal(command, source, WITHOUT_GROUP, options, deps);
  await journal.around(async () => {
    await send(journal);
    journal.done();
  });
  return {
    result: { ...facts, outcome: DONE[op], ...defined(journal.run) },
    failure: journal.failure,
  };
}
