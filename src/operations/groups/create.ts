import { kindInfo, serversWith } from '../../backends/kinds.ts';
import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { usageError } from '../../errors.ts';
import type { GroupResult } from '../../output/results/group.ts';
import { withConnection } from '../with-connection.ts';
import { CallJournal } from '../call-journal.ts';

export interface CreateOptions extends ServerOptions, Pick<WriteOptions, 'dryRun' | 'journal'> {
  readonly name: string;
  readonly slug?: string;
  readonly role?: string;
}

/** Creates one group and reads it back. */
export async function createGroup(
  options: CreateOptions,
  deps: Deps,
): Promise<VerbResult<GroupResult>> {
  const name = options.name.trim();
  const dryRun = options.dryRun === true;
  return await withConnection(options, deps, async ({ source, directory }) => {
    const journal = CallJournal.of('security groups create', source, { name }, options, deps);
    const { slug, role } = options;
    assertTakes(source.kind, options);
    const wanted = { name, dryRun, ...defined({ slug, role }) };
    const group = await journal.around(async () => {
      const made = await directory.createGroup(wanted, journal);
      journal.done({ name: made.name, ...defined({ id: made.id, slug: made.slug }) });
      return made;
    });
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
      failure: journal.failure ?? (dryRun ? await deps.journalProblem(source, options) : undefined),
    };
  });
}

/** @throws usage (2) for an option that a group of this kind of server does not have */
function assertTakes(kind: string, given: Pick<CreateOptions, 'slug' | 'role'>): void {
  for (const option of ['slug', 'role'] as const) {
    if (given[option] === undefined) continue;
    if (kindInfo(kind)?.createOptions.includes(option) === true) continue;
    const servers = serversWith(({ createOptions }) => createOptions.includes(option));
    throw usageError(`--${option} works on ${servers} only.`, undefined, 'not-supported');
  }
}
