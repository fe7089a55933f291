import { capitalized } from '../../../domain/capitalized.ts';
import type { FieldChange, SecurityResult } from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { fieldInWords, fieldValue } from '../../field-text.ts';
import { safeName } from '../../safe-text.ts';
import { csvOf } from '../../csv-of.ts';

/** What became of users, tasks, permissions and API keys. */
export function presentWritten(result: SecurityResult): Presentation {
  return { ...presentAllWritten([result]), json: { schema: 1, ...result } };
}

/** Of several things, written one after the other. */
export function presentAllWritten(results: readonly SecurityResult[]): Presentation {
  return {
    json: { schema: 1, results },
    csv: csvOf(['what', 'name', 'op', 'outcome'], results),
    human: ({ style }) =>
      results.flatMap((result) => {
        const line = writtenLine(result);
        const changes = (result.changes ?? []).map(changeLine);
        return [result.outcome === 'created' ? style.good(line) : line, ...changes];
      }),
  };
}

/** `  email: jsmith@corp.example -> none` */
function changeLine({ field, before, after }: FieldChange): string {
  const name = fieldInWords(field);
  if (before === undefined || after === undefined) return `  ${name}: changed`;
  return `  ${name}: ${fieldValue(before)} -> ${fieldValue(after)}`;
}

function writtenLine({ what, name, id, op, outcome }: SecurityResult): string {
  const withId = id === undefined ? safeName(name) : `${id}: ${safeName(name)}`;
  const shown = what === 'permission' ? `"${withId}"` : safeName(name);
  const thing = `the ${what} ${shown}`;
  switch (outcome) {
    case 'created':
      return `Created ${thing}.`;
    case 'changed':
      return `Changed ${thing}.`;
    case 'deleted':
      return `Deleted ${thing}.`;
    case 'already-there':
      return op === 'change'
        ? `${capitalized(thing)} has these values already; nothing to do.`
        : `${capitalized(thing)} exists; nothing to do.`;
    case 'already-absent':
      return `${capitalized(thing)} does not exist; nothing to do.`;
    case 'planned':
      return `Would ${op} ${thing}.`;
  }
}
