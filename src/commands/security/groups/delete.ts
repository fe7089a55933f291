import type { AppCommand } from '../../../cli/command.ts';
import type { Deps, ServerOptions, WriteOptions } from '../../../cli/deps.ts';
import type { Group } from '../../../domain/group.ts';
import { isGroupctlError } from '../../../errors.ts';
import type { GroupDirectory } from '../../../backends/port.ts';
import { type VerbResult, registerVerb, type Start } from '../../../cli/verb.ts';
import { addDryRunOption, addServerOptions, CHANGE_EXIT_CODES } from '../../../cli/options.ts';
import { type GroupResult, presentGroupResult } from '../../../output/results/group.ts';
import { withConnection } from '../../../operations/with-connection.ts';
import { GROUP_JSON, GroupJournal } from '../../../operations/group-journal.ts';

export interface Options extends ServerOptions, Pick<WriteOptions, 'dryRun' | 'journal'> {
  readonly name: string;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, GroupResult>(parent, start, {
    name: 'delete',
    summary: 'Delete a group; one that does not exist is no error, a linked one is only unlinked.',
    options: (add) => {
      add.required('--name <group>', 'the group');
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: [
      'groupctl security groups delete --name=Testers --dry-run',
      'groupctl security groups delete --name=Testers',
    ],
    json: GROUP_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run,
    present: presentGroupResult,
  });
}

/** Deletes one group; who was in it is in the journal. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<GroupResult>> {
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
    if (dryRun) {
      const failure = options.journal === false ? undefined : await deps.journalProblem();
      return { result: { ...facts, group: found, outcome: 'planned' }, failure };
    }
    const journal = new GroupJournal('security groups delete', source, found, options, deps);
    const outcome = await journal.around(
      () => directory.deleteGroup(found, journal),
      (removal) => (removal === 'deleted' ? undefined : removal),
    );
    const result = { ...facts, group: found, outcome, ...journal.run };
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
