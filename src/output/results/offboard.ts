import {
  type GroupRemoval,
  isKeyFailure,
  isRemoval,
  type KeyOutcome,
  listOf,
  type OffboardResult,
  type OffboardSource,
  summarizeOffboard,
} from '../../domain/offboard.ts';
import { isDone, isInDoubt, type MemberOutcome } from '../../domain/outcome.ts';
import { keyWords } from './account-words.ts';
import { outcomeError, outcomeLine } from './change.ts';
import { offboardSummaryWords } from './offboard-summary.ts';
import { notTouchedOn } from './offboard-not-touched.ts';
import type { CsvRow } from '../csv.ts';
import type { HumanView, Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';

/** An offboarding, as it is printed: what was done, and last what was not touched. */
export function presentOffboard(result: OffboardResult): Presentation {
  const { member, dryRun, sources } = result;
  return {
    json: {
      schema: 1,
      member,
      dryRun,
      sources: sources.map(sourceDocument),
      summary: summarizeOffboard(sources),
    },
    csv: {
      columns: ['source', 'kind', 'member', 'what', 'name', 'id', 'outcome', 'run', 'error'],
      rows: sources.flatMap(csvRows),
    },
    human: (view) => lines(result, view),
  };
}

function sourceDocument(each: OffboardSource): object {
  const { source, kind, state, member, groups, permissions, apiKeys, error } = each;
  return {
    source,
    kind,
    state,
    member,
    groups: groups.flatMap(groupDocuments),
    permissions: 'list' in permissions ? permissions.list : null,
    apiKeys:
      'list' in apiKeys
        ? apiKeys.list.map(({ error: why, ...key }) => ({ ...key, error: outcomeError(why) }))
        : null,
    notTouched: notTouchedOn(each),
    error: outcomeError(error),
  };
}

/** One object for each spelling that the group has. */
function groupDocuments({ group, outcomes, run }: GroupRemoval): object[] {
  return outcomes.map(({ member, outcome, verified, error }) => ({
    group,
    member,
    outcome,
    verified,
    run,
    error: outcomeError(error),
  }));
}

/** One row a thing; in `name` and `id` is what the server calls it, and nothing else. */
function csvRows(each: OffboardSource): CsvRow[] {
  const { source, kind, state, member, groups, permissions, apiKeys, error } = each;
  const row = (...rest: CsvRow): CsvRow => [source, kind, member, ...rest];
  if (state !== 'found') {
    return [row('source', undefined, undefined, state, undefined, error?.message)];
  }
  const unknown = (what: string, why: string): CsvRow =>
    row(what, undefined, undefined, 'not-known', undefined, why);
  return [
    ...groups.flatMap(({ group, outcomes, run }) =>
      outcomes.map(({ outcome, error: why }) =>
        row('group', group.name, group.id, outcome, run, why?.message),
      ),
    ),
    ...('unknown' in permissions ? [unknown('permissions', permissions.unknown)] : []),
    ...listOf(permissions).map(({ task, id }) =>
      row('permission', task, id, 'kept', undefined, undefined),
    ),
    ...('unknown' in apiKeys ? [unknown('api-keys', error?.message ?? apiKeys.unknown)] : []),
    ...listOf(apiKeys).map(({ displayName, id, outcome, run, error: why }) =>
      row('api-key', displayName, id, outcome, run, why?.message),
    ),
    ...(each.feedKeys ?? []).map(({ displayName, id }) =>
      row('feed-api-key', displayName, id, 'kept', undefined, undefined),
    ),
    row('account', member, undefined, 'kept', undefined, undefined),
  ];
}

function lines({ member, dryRun, several, sources }: OffboardResult, view: HumanView): string[] {
  const { style } = view;
  const tag = ({ source }: OffboardSource): string => (several ? `[${safeText(source)}] ` : '');
  const tagged = (source: OffboardSource, line: string): string => tag(source) + safeText(line);
  const steps = sources.flatMap((source) => [
    ...(source.state === 'found' && source.groups.length === 0
      ? [tagged(source, `${source.member ?? ''} is in no group on ${source.source}.`)]
      : []),
    ...source.groups.flatMap(({ label, outcomes, run }) =>
      outcomes.map((row) => {
        const line = tag(source) + groupLine(row, safeName(label), run, dryRun);
        if (!isDone(row.outcome)) return style.bad(line);
        return row.outcome === 'removed' ? style.good(line) : line;
      }),
    ),
    ...listOf(source.apiKeys).flatMap((key) => {
      if (key.outcome === 'kept') return [];
      const line = tagged(source, keyLine(key, dryRun));
      if (isKeyFailure(key)) return [style.bad(line)];
      return [key.outcome === 'deleted' ? style.good(line) : line];
    }),
  ]);
  const hasRun = (wanted: (row: MemberOutcome) => boolean): boolean =>
    sources.some(({ groups }) =>
      groups.some(({ run, outcomes }) => run !== undefined && outcomes.some(wanted)),
    );
  return [
    ...steps,
    `${safeText(member)}: ${offboardSummaryWords(summarizeOffboard(sources), dryRun)}.`,
    ...(hasRun(isRemoval) ? ['To undo a removal: groupctl undo RUN'] : []),
    ...(hasRun(isInDoubt) ? ['To check what is unknown: groupctl resume RUN'] : []),
    'Not touched:',
    ...sources.flatMap((source) =>
      notTouchedOn(source).map(({ message }) => `  ${tagged(source, message)}`),
    ),
  ];
}

function groupLine(
  row: MemberOutcome,
  group: string,
  run: string | undefined,
  dryRun: boolean,
): string {
  return dryRun && row.outcome === 'not-tried' && row.error === undefined
    ? `${safeName(row.member)} would not be removed from ${group}: a guard stops the whole run.`
    : outcomeLine(row, group, { isOneOfSeveral: true, dryRun, run });
}

function keyLine(key: KeyOutcome, dryRun: boolean): string {
  const not = dryRun ? 'Would not delete' : 'Did not delete';
  const what = `the API key ${keyWords(key)}`;
  const why = key.error === undefined ? '' : ` ${key.error.message}`;
  switch (key.outcome) {
    case 'deleted':
      return `Deleted ${what}${key.run === undefined ? '' : ` (run ${key.run})`}.`;
    case 'planned':
      return `Would delete ${what}; that cannot be undone.`;
    case 'unknown':
      return `Unknown whether ${what} was deleted:${why}`;
    case 'not-tried':
      if (why !== '') return `${not} ${what}:${why}`;
      return dryRun ? `${not} ${what}: a guard stops the whole run.` : `${not} ${what}: not tried.`;
    default:
      return `${not} ${what}:${why}`;
  }
}
