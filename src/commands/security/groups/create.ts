import { defined } from '../../../domain/defined.ts';
import { kindInfo, kindsWith } from '../../../backends/kinds.ts';
import type { AppCommand } from '../../../cli/command.ts';
import type { Deps, ServerOptions, WriteOptions } from '../../../cli/deps.ts';
import { usageError } from '../../../errors.ts';
import { type VerbResult, registerVerb, type Start } from '../../../cli/verb.ts';
import { addDryRunOption, addServerOptions, CHANGE_EXIT_CODES } from '../../../cli/options.ts';
import { type GroupResult, presentGroupResult } from '../../../output/results/group.ts';
import { withConnection } from '../../../operations/with-connection.ts';
import { GROUP_JSON, GroupJournal } from '../../../operations/group-journal.ts';

export interface Options extends ServerOptions, Pick<WriteOptions, 'dryRun' | 'journal'> {
  readonly name: string;
  readonly slug?: string;
  readonly role?: string;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, GroupResult>(parent, start, {
    name: 'create',
    summary: 'Create an empty group; fails if it exists (exit code 5).',
    options: (add) => {
      add.required('--name <group>', 'the name of the new group');
      add.value('--slug <slug>', 'slug of the group (Infisical)');
      add.value(
        '--role <role>',
        'organization role of its members (Infisical; default: no-access)',
      );
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: ['groupctl security groups create --name=Developers'],
    json: GROUP_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run,
    present: presentGroupResult,
  });
}

/** Creates one group and reads it back. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<GroupResult>> {
  const name = options.name.trim();
  const dryRun = options.dryRun === true;
  return await withConnection(options, deps, async ({ source, directory }) => {
    const journal = new GroupJournal('security groups create', source, { name }, options, deps);
    const { slug, role } = options;
    assertTakes(source.kind, options);
    const wanted = {
      name,
      dryRun,
      ...defined({ slug, role }),
    };
    const group = await journal.around(() => directory.createGroup(wanted, journal));
    const isPlanned = dryRun && options.journal !== false;
    const outcome = dryRun ? 'planned' : 'created';
    return {
      result: {
        source: source.name,
        kind: source.kind,
        group,
        dryRun,
        op: 'create',
        outcome,
        ...journal.run,
      },
      failure: journal.failure ?? (isPlanned ? await deps.journalProblem() : undefined),
    };
  });
}

/** @throws usage (2) for an option that a group of this kind of server does not have */
function assertTakes(kind: string, given: Pick<Options, 'slug' | 'role'>): void {
  for (const option of ['slug', 'role'] as const) {
    if (given[option] === undefined) continue;
    if (kindInfo(kind)?.createOptions.includes(option) === true) continue;
    const kinds = kindsWith(({ createOptions }) => createOptions.includes(option));
    throw usageError(`A ${kind} group has none;`, `--${option} is for ${kinds}.`, 'not-supported');
  }
}
