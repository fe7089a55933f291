import { parsedJson } from '../../domain/parsed-json.ts';
import type { CallOutcome, RunRecord } from '../../state/journal/record.ts';
import { fieldList } from '../field-text.ts';
import { safeName } from '../safe-text.ts';
import { fact } from './history.ts';

/** A run without rows: what each call was about, what was there before, and what it wrote. */
export function callLines({ calls, end }: RunRecord): string[] {
  return calls.flatMap(({ call, subject, before = [], made, permissions = [], outcome, error }) => {
    const became = outcome ?? (end === undefined ? 'unknown' : undefined);
    const word = became === undefined ? '' : `: ${CALL_WORDS[became]}`;
    const why = error === undefined ? '' : ` (${error})`;
    const replaced = before.length === 1 ? fieldsOf(before[0] ?? '') : undefined;
    const members = replaced === undefined && subject === undefined ? before : [];
    // Of an API key that an offboard deleted, the id and the name: nobody here has the key itself.
    const about = replaced === undefined && members.length === 0 ? (before[0] ?? subject) : subject;
    return [
      fact('Call', `${[call, about].filter((each) => each !== undefined).join(' ')}${word}${why}`),
      ...(replaced === undefined ? [] : [fact('Before', replaced)]),
      ...(made === undefined ? [] : [fact('Wrote', fieldsOf(made) ?? made)]),
      ...(members.length === 0 ? [] : [`Members before it (${members.length}):`]),
      ...members.map((member) => `  ${safeName(member)}`),
      ...(permissions.length === 0 ? [] : [`Permissions before it (${permissions.length}):`]),
      ...permissions.map((each) => `  ${fieldsOf(each) ?? safeName(each)}`),
    ];
  });
}

/** `name: jsmith; email: john@corp.example`; undefined for a text that is no JSON object. */
function fieldsOf(text: string): string | undefined {
  const fields = text.startsWith('{') ? parsedJson(text) : undefined;
  return fields === undefined ? undefined : fieldList(fields as object);
}

const CALL_WORDS: Readonly<Record<CallOutcome, string>> = {
  done: 'done',
  failed: 'not done',
  unknown: 'in doubt',
};
