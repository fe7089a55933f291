import { capitalized } from '../../../domain/capitalized.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { safeName } from '../../safe-text.ts';

/** What became of users, tasks, permissions and API keys. */
export function presentWritten(result: SecurityResult): Presentation {
  return { ...presentAllWritten([result]), json: { schema: 1, ...result } };
}

/** Of several things, written one after the other. */
export function presentAllWritten(results: readonly SecurityResult[]): Presentation {
  return {
    json: { schema: 1, results },
    csv: {
      columns: ['what', 'name', 'op', 'outcome'],
      rows: results.map(({ what, name, op, outcome }) => [what, name, op, outcome]),
    },
    human: ({ style }) =>
      results.map((result) => {
        const line = writtenLine(result);
        return result.outcome === 'created' ? style.good(line) : line;
      }),
  };
}

function writtenLine({ what, name, op, outcome }: SecurityResult): string {
  const shown = what === 'permission' ? `"${safeName(name)}"` : safeName(name);
  const thing = `the ${what} ${shown}`;
  switch (outcome) {
    case 'created':
      return `Created ${thing}.`;
    case 'changed':
      return `Changed ${thing}.`;
    case 'deleted':
      return `Deleted ${thing}.`;
    case 'already-there':
      return `${capitalized(thing)} exists; nothing to do.`;
    case 'already-absent':
      return `${capitalized(thing)} does not exist; nothing to do.`;
    case 'planned':
      return `Would ${op} ${thing}.`;
  }
}
