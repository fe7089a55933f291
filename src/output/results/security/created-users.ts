import type { CreatedUsers, UserRowResult } from '../../../domain/user-rows.ts';
import type { Presentation } from '../../present.ts';
import { safeName, safeText } from '../../safe-text.ts';

/** The users of a file, as they were created or not. */
export function presentCreatedUsers(created: CreatedUsers): Presentation {
  const { file, results } = created;
  return {
    json: { schema: 1, ...created },
    csv: {
      columns: ['name', 'line', 'outcome', 'error'],
      rows: results.map(({ name, line, outcome, error }) => [name, line, outcome, error?.message]),
    },
    human: ({ style }) => [
      ...results.map((row) => {
        const line = lineOf(row, file);
        if (row.outcome === 'created') return style.good(line);
        return row.error === undefined ? line : style.bad(line);
      }),
      summaryOf(results),
    ],
  };
}

function lineOf({ name, line, outcome, error }: UserRowResult, file: string): string {
  const user = `the user ${safeName(name)}`;
  const why = error === undefined ? '' : ` ${safeText(error.message)}`;
  switch (outcome) {
    case 'created':
      return `Created ${user}.`;
    case 'already-there':
      return `T${user.slice(1)} exists; nothing to do.`;
    case 'planned':
      return `Would create ${user}.`;
    case 'failed':
      return `${safeText(file)}, line ${line}: ${user} was not created.${why}`;
    case 'not-tried':
      return `${safeText(file)}, line ${line}: ${user} was not tried.${why}`;
    case 'unknown':
      return `${safeText(file)}, line ${line}: it is not known whether ${user} was created.${why}`;
  }
}

const WORDS = [
  ['created', 'created'],
  ['already-there', 'already there'],
  ['failed', 'failed'],
  ['not-tried', 'not tried'],
  ['unknown', 'in doubt'],
] as const;

function summaryOf(results: readonly UserRowResult[]): string {
  return `Users: ${countWords(results) || 'none in the file'}.`;
}

/** `3 created, 1 already there` */
export function countWords(results: readonly UserRowResult[]): string {
  const countOf = (outcome: UserRowResult['outcome']): number =>
    results.filter((row) => row.outcome === outcome).length;
  const planned = countOf('planned');
  const parts = planned === 0 ? [] : [`would create ${planned}`];
  for (const [outcome, word] of WORDS) {
    const count = countOf(outcome);
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(', ');
}
