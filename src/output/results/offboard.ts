import {
  groupsOf,
  type GroupStep,
  isKeyFailure,
  isStepDone,
  type KeyStep,
  listOf,
  type OffboardResult,
  type OffboardSource,
  type StepWord,
  summarizeOffboard,
} from '../../domain/offboard.ts';
import { keyWords, untouchedOf } from '../../domain/untouched.ts';
import { groupWords } from '../../domain/group.ts';
import type { OutcomeError } from '../../domain/outcome.ts';
import { summaryWords } from './offboard-summary.ts';
import type { CsvRow } from '../csv.ts';
import type { HumanView, Presentation } from '../present.ts';
import { safeText } from '../safe-text.ts';

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
    groups: groups.map(({ error: why, ...step }) => ({ ...step, error: errorDocument(why) })),
    permissions: 'list' in permissions ? permissions.list : null,
    apiKeys:
      'list' in apiKeys
        ? apiKeys.list.map(({ error: why, ...key }) => ({ ...key, error: errorDocument(why) }))
        : null,
    notTouched: untouchedOf(each),
    error: errorDocument(error),
  };
}

function errorDocument(error: OutcomeError | undefined): object | undefined {
  if (error === undefined) return undefined;
  const { code, message, status, requestId, details } = error;
  return { code, message, status, requestId, details };
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
    ...groups.map(({ group, outcome, run, error: why }) =>
      row('group', group.name, group.id, outcome, run, why?.message),
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
  const tagged = ({ source }: OffboardSource, line: string): string =>
    `${several ? `[${safeText(source)}] ` : ''}${safeText(line)}`;
  const steps = sources.flatMap((source) => [
    ...(source.state === 'found' && source.groups.length === 0
      ? [tagged(source, `${source.member ?? ''} is in no group on ${source.source}.`)]
      : []),
    ...source.groups.map((step) => {
      const name = groupWords(step.group, groupsOf(source));
      const line = tagged(source, groupLine(step, name, dryRun));
      if (!isStepDone(step)) return style.bad(line);
      return step.outcome === 'removed' ? style.good(line) : line;
    }),
    ...listOf(source.apiKeys).flatMap((key) => {
      if (key.outcome === 'kept') return [];
      const line = tagged(source, keyLine(key, dryRun));
      if (isKeyFailure(key)) return [style.bad(line)];
      return [key.outcome === 'deleted' ? style.good(line) : line];
    }),
  ]);
  const hasRun = (word: StepWord): boolean =>
    sources.some(({ groups }) =>
      groups.some(({ run, outcome }) => run !== undefined && outcome === word),
    );
  return [
    ...steps,
    `${safeText(member)}: ${summaryWords(summarizeOffboard(sources), dryRun)}.`,
    ...(hasRun('removed') ? ['To take a removal back: groupctl undo RUN'] : []),
    ...(hasRun('unknown') ? ['To find out what is not known: groupctl resume RUN'] : []),
    'Not touched:',
    ...sources.flatMap((source) =>
      untouchedOf(source).map(({ message }) => `  ${tagged(source, message)}`),
    ),
  ];
}

function groupLine(step: GroupStep, name: string, dryRun: boolean): string {
  const { member, outcome, verified, run, error } = step;
  const not = dryRun ? 'would not be removed' : 'was not removed';
  const why = error === undefined ? '' : ` ${error.message}`;
  const runs = run === undefined ? [] : [`run ${run}`];
  switch (outcome) {
    case 'removed': {
      return `Removed ${member} from ${name}${noted(...(verified ? [] : ['not verified']), ...runs)}.`;
    }
    case 'planned':
      return `Would remove ${member} from ${name}.`;
    case 'already-absent':
      return `${member} is not a member of ${name}; nothing to do.`;
    case 'unknown':
      return `Not known whether ${member} was removed from ${name}${noted(...runs)}:${why}`;
    case 'not-tried':
      return `${member} ${not} from ${name}:${why === '' ? untried(dryRun) : why}`;
    default:
      return `${member} ${not} from ${name}:${why}`;
  }
}

function noted(...notes: readonly string[]): string {
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
}

/** In a dry run it is a guard that objects to something else. */
function untried(dryRun: boolean): string {
  return dryRun ? ' a guard stops the whole run.' : ' not tried.';
}

function keyLine(key: KeyStep, dryRun: boolean): string {
  const not = dryRun ? 'Would not delete' : 'Did not delete';
  const what = `the API key ${keyWords(key)}`;
  const why = key.error === undefined ? '' : ` ${key.error.message}`;
  switch (key.outcome) {
    case 'deleted':
      return `Deleted ${what}${key.run === undefined ? '' : ` (run ${key.run})`}.`;
    case 'planned':
      return `Would delete ${what}; that cannot be undone.`;
    case 'unknown':
      return `Not known whether ${what} was deleted:${why}`;
    case 'not-tried':
      return `${not} ${what}:${why === '' ? untried(dryRun) : why}`;
    default:
      return `${not} ${what}:${why}`;
  }
}
