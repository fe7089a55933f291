import type { GroupDirectory } from '../../backends/port.ts';
import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import type { Group } from '../../domain/group.ts';
import { isGroupctlError, undefinedIf } from '../../errors.ts';
import type { GroupResult } from '../../output/results/group.ts';
import { withConnection } from '../with-connection.ts';
import { CallJournal } from '../call-journal.ts';
import { memberNames } from '../group-state.ts';
import { permissionsIfRead } from '../security/permissions-for.ts';

export interface DeleteOptions extends ServerOptions, Pick<WriteOptions, 'dryRun' | 'journal'> {
  readonly name: string;
}

/** Deletes one group; who was in it, and its permissions, are in the journal. */
export async function deleteGroup(
  options: DeleteOptions,
  deps: Deps,
): Promise<VerbResult<GroupResult>> {
  const { name } = options;
  const dryRun = options.dryRun === true;
  return await withConnection(options, deps, async ({ source, directory }) => {
    const facts = { source: source.name, kind: source.kind, dryRun, op: 'delete' } as const;
    const found = await findOrAbsent(directory, name);
    if ('near' in found) {
      return {
        result: {
          ...facts,
          group: { name: name.trim() },
          outcome: 'already-absent',
          near: found.near,
        },
      };
    }
    const isDeleted = found.linked !== true;
    const permissions = isDeleted ? await permissionsIfRead(found.name, directory) : undefined;
    if (dryRun) {
      const failure = await deps.journalProblem(source, options);
      // Where the server does not name them, the journal cannot either.
      const members = isDeleted
        ? await undefinedIf('members-not-told', () =>
            memberNames(found, directory, { forChange: true }),
          )
        : undefined;
      const planned = {
        ...facts,
        group: found,
        outcome: 'planned',
        ...defined({ members, permissions }),
      } as const;
      return { result: planned, failure };
    }
    const journal = CallJournal.of('security groups delete', source, found, options, deps);
    const record = { isWhole: true };
    const outcome = await journal.around(
      async () => {
        const lost = permissions?.map((each) => JSON.stringify(each));
        const removal = await directory.deleteGroup(found, {
          beforeSend: (intent) => {
            record.isWhole = intent.before !== undefined;
            return journal.beforeSend({ ...intent, ...defined({ permissions: lost }) });
          },
        });
        journal.done();
        return removal;
      },
      (removal) => (removal === 'deleted' ? {} : { outcome: removal }),
    );
    const isLost = outcome === 'deleted' && !record.isWhole;
    const lost = {
      ...(outcome === 'deleted' ? defined({ permissions }) : {}),
      ...(isLost ? ({ undoable: false } as const) : {}),
    };
    const result = { ...facts, group: found, outcome, ...lost, ...journal.run };
    return { result, failure: journal.failure };
  });
}

async function findOrAbsent(
  directory: GroupDirectory,
  name: string,
): Promise<Group | { near: readonly string[] }> {
  try {
    return await directory.findGroup(name);
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'no-such-group') throw error;
    return { near: (error.details as { near?: readonly string[] } | undefined)?.near ?? [] };
  }
}
