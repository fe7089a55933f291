import {
  groupsOf,
  type GroupStep,
  isKeyFailure,
  isStepDone,
  type KeyStep,
  keyWords,
  listOf,
  type OffboardResult,
  type OffboardSource,
  type OffboardSummary,
  summarizeOffboard,
  untouchedOf,
} from '../domain/offboard.ts';
import { groupWords } from '../domain/group.ts';
import type { OutcomeError } from '../domain/outcome.ts';
import type { CsvRow, HumanView, Presentation } from './present.ts';
import { safeText } from './safe-text.ts';

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
  const canUndo = sources.some(({ groups }) =>
    groups.some(({ run, outcome }) => run !== undefined && outcome === 'removed'),
  );
  return [
    ...steps,
    `${safeText(member)}: ${summaryWords(summarizeOffboard(sources), dryRun)}.`,
    ...(canUndo ? ['To take a removal back: groupctl undo RUN'] : []),
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
  switch (outcome) {
    case 'removed': {
      const notes = [
        ...(verified ? [] : ['not verified']),
        ...(run === undefined ? [] : [`run ${run}`]),
      ];
      const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
      return `Removed ${member} from ${name}${note}.`;
    }
    case 'planned':
      return `Would remove ${member} from ${name}.`;
    case 'already-absent':
      return `${member} is not a member of ${name}; nothing to do.`;
    case 'unknown':
      return `Not known whether ${member} was removed from ${name}:${why}`;
    case 'not-tried':
      return `${member} ${not} from ${name}:${why === '' ? untried(dryRun) : why}`;
    default:
      return `${member} ${not} from ${name}:${why}`;
  }
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

function summaryWords(summary: OffboardSummary, dryRun: boolean): string {
  const groups = (count: number): string => `${count} group${count === 1 ? '' : 's'}`;
  const keys = (count: number): string => `${count} API key${count === 1 ? '' : 's'}`;
  const part = (count: number, words: string): string[] => (count === 0 ? [] : [words]);
  const { groupsRemoved, groupsPlanned, groupsNotRemoved, notReached } = summary;
  const { keysDeleted, keysPlanned, keysNotDeleted, keysNotKnown } = summary;
  const notDeleted = dryRun ? 'would not be deleted' : 'not deleted';
  const parts = [
    ...part(groupsPlanned, `would be removed from ${groups(groupsPlanned)}`),
    ...part(keysPlanned, `${keys(keysPlanned)} would be deleted`),
    ...part(groupsRemoved, `removed from ${groups(groupsRemoved)}`),
    ...part(
      groupsNotRemoved,
      `${dryRun ? 'would not be' : 'not'} removed from ${groups(groupsNotRemoved)}`,
    ),
    ...part(keysDeleted, `${keys(keysDeleted)} deleted`),
    ...part(keysNotDeleted, `${keys(keysNotDeleted)} ${notDeleted}`),
    ...part(keysNotKnown, `API keys ${notDeleted}, as they are not known`),
    ...part(notReached, `${notReached} source${notReached === 1 ? '' : 's'} not reached`),
  ];
  if (parts.length > 0) return parts.join(', ');
  return dryRun ? 'there would be nothing to do' : 'there was nothing to do';
}
