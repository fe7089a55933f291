import type { Deps } from '../../../../deps.ts';
import { listOf } from '../../../../domain/offboard.ts';
import { GroupctlError, isGroupctlError } from '../../../../errors.ts';
import { guardFor, type GuardOptions } from '../../../../runs/guard.ts';
import { holdingLines } from '../../../../output/offboard-lines.ts';
import { asMembers, type Found } from './offboard-look.ts';

/** What is shown and asked before anybody is taken out of anything. */

export interface AgreeOptions extends GuardOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly keys?: boolean;
}

/** Shows what each account has; a dry run shows it as its result. */
export function show(found: readonly Found[], options: AgreeOptions, deps: Deps): void {
  if (options.dryRun === true) return;
  for (const { source, sighting, holdings } of found) {
    const groups = [...new Set(sighting.memberships.map(({ group }) => group.name))];
    for (const line of holdingLines(source, sighting.member, groups, holdings)) deps.warn(line);
  }
}

/**
 * A name on several sources may be several people: each match is asked for.
 *
 * @returns those who are the person who is meant
 * @throws usage (2) `map-needed` where nobody can be asked
 */
export async function samePerson(
  found: readonly Found[],
  isMapped: boolean,
  deps: Deps,
): Promise<readonly Found[]> {
  if (found.length < 2 || isMapped) return found;
  const same: Found[] = [];
  for (const each of found) {
    if (await isMeant(each, found, deps)) same.push(each);
  }
  if (same.length === 0) throw declined();
  return same;
}

async function isMeant(
  { source, sighting }: Found,
  found: readonly Found[],
  deps: Deps,
): Promise<boolean> {
  try {
    return await deps.confirm(`Is ${sighting.member} on ${source} the person you mean?`, '--map');
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'confirmation-needed') throw error;
    const sources = found.map((each) => each.source);
    throw new GroupctlError(
      'usage',
      `${sighting.member} is on ${sources.length} sources (${sources.join(', ')}), and may be several people. Nothing was written.`,
      {
        code: 'map-needed',
        hint: 'Say who is who with --map=people.csv (a column for each source), or name one source with --source.',
        details: { sources },
      },
    );
  }
}

/**
 * Stops for a protected member, and for the account that groupctl itself uses: their keys must not
 * go either.
 *
 * @throws safety (8)
 */
export async function assertAllowed(
  found: readonly Found[],
  options: AgreeOptions,
  deps: Deps,
): Promise<void> {
  for (const each of found) {
    const { source, connection, ref, sighting } = each;
    const { member } = sighting;
    const change = { op: 'remove', type: ref.type, member, requested: ref.name } as const;
    const limits = { ...options, allowEmpty: true, maxRemovalPercent: 100 };
    const context = { connection, options, deps };
    const guard = await guardFor(
      { name: 'every group' },
      [change],
      limits,
      context,
      asMembers(each),
    );
    try {
      guard?.check([member]);
    } catch (error) {
      if (isGroupctlError(error)) error.source ??= source;
      throw error;
    }
  }
}

/**
 * Asks once for all of it, where there is anything to do.
 *
 * @throws safety (8) `declined`; usage (2) `confirmation-needed` where nobody can be asked
 */
export async function agree(
  found: readonly Found[],
  options: AgreeOptions,
  deps: Deps,
): Promise<void> {
  if (options.dryRun === true) return;
  const groups = found.reduce((sum, { sighting }) => sum + sighting.memberships.length, 0);
  const keys = options.keys === true ? found.flatMap((each) => listOf(each.holdings.apiKeys)) : [];
  if (groups + keys.length === 0) return;
  if (keys.length > 0) deps.warn('Deleting an API key cannot be undone.');
  if (options.yes === true) return;
  const who = [...new Set(found.map(({ sighting }) => sighting.member))].join(', ');
  const where = found.map(({ source }) => source).join(', ');
  const parts = [
    ...(groups === 0 ? [] : [`remove from ${count(groups, 'group')}`]),
    ...(keys.length === 0 ? [] : [`delete ${count(keys.length, 'API key')} for good`]),
  ];
  const question = `Offboard ${who} on ${where}: ${parts.join(', ')}?`;
  if (!(await deps.confirm(question, '--yes'))) throw declined();
}

function declined(): GroupctlError {
  return new GroupctlError('safety', 'Not confirmed; nothing was written.', { code: 'declined' });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
