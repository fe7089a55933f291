import { sameName } from '../domain/names.ts';
import { shown } from '../domain/shown.ts';
import { GroupctlError } from '../errors.ts';
import { KNOWN_COLUMNS, noHeader, noSuchColumn, rankOf } from './columns.ts';
import { lineAt } from './decode.ts';
import { faultAt } from './json-fault.ts';
import { elementStarts, lineCounter } from './json-lines.ts';
import type { InputRow, ReadContext, ReadRows } from './member-file.ts';
import { nameProblem } from './name.ts';
import { type Problem, Problems } from './problems.ts';
import { typeOf } from './type.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The names of a JSON array of strings, or of objects with the keys that a CSV file has as columns.
 *
 * @throws usage (2): `bad-json`, `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`,
 *   `no-header`, `no-such-column`
 */
export function readJson(text: string, context: ReadContext): ReadRows {
  const { file, column, keepRecords } = context;
  const elements = parseArray(text, file);
  const starts = elementStarts(text);
  const lineOf = lineCounter(text);
  const problems = new Problems(file);
  const nameKey = keyFinder(column);
  const rows: InputRow[] = [];
  const objects = { all: 0, withKey: 0, hasTypes: false };
  const keys = new Set<string>();
  elements.forEach((element, index) => {
    const line = lineOf(starts[index] ?? 0);
    let name: string;
    let typed: ReturnType<typeof typeOf> = {};
    if (typeof element === 'string') name = element.trim();
    else if (isObject(element)) {
      objects.all++;
      const key = nameKey(element);
      if (key === undefined) {
        if (Object.values(element).every(isBlank)) return;
        for (const each of Object.keys(element)) if (keys.size < 20) keys.add(each);
        problems.add(line, bad(`no ${shown(column ?? 'user, username, name, member or email')}`));
        return;
      }
      objects.withKey++;
      const value = element[key] ?? '';
      if (typeof value !== 'string')
        return problems.add(line, bad(`${shown(key)} is ${kindOf(value)}`));
      name = value.trim();
      if (name === '' && !Object.values(element).every(isBlank)) {
        return problems.add(line, bad(`${shown(key)} is empty, but other values are not`));
      }
      typed = typeIn(element, key);
      objects.hasTypes ||= 'type' in typed;
    } else return problems.add(line, bad(`an element is ${kindOf(element)}`));
    if (name === '') return;
    const problem = nameProblem(name);
    if (problem !== undefined) return problems.add(line, problem);
    if ('code' in typed) return problems.add(line, typed);
    const row = { file, line };
    rows.push({ name, row, ...typed, ...(keepRecords ? { record: element } : {}) });
  });
  if (objects.withKey === 0 && keys.size > 0) {
    const place = { file, line: 1, found: [...keys] };
    throw column === undefined ? noHeader(place, false) : noSuchColumn(place, column);
  }
  problems.throwIfAny();
  return { rows, hasTypes: objects.hasTypes, ...(column === undefined ? {} : { column }) };
}

/** @throws usage (2), `bad-json`, with the line */
function parseArray(text: string, file: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const line = lineAt(text, faultAt(text));
    throw badJson(file, line, `${file}, line ${line}: not valid JSON`);
  }
  if (Array.isArray(parsed)) return parsed;
  throw badJson(file, 1, `${file} is JSON, but no array of names or objects`);
}

function badJson(file: string, line: number, message: string): GroupctlError {
  return new GroupctlError('usage', `${message}.`, {
    code: 'bad-json',
    hint: 'If it is a plain list of names, use --format=list; nothing was done.',
    details: { file, line },
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Finds the key with the name: the one asked for, else the first known one that holds a text. */
function keyFinder(column: string | undefined): (object: JsonObject) => string | undefined {
  if (column !== undefined) {
    return (object) =>
      Object.hasOwn(object, column)
        ? column
        : Object.keys(object).find((key) => sameName(key.trim(), column));
  }
  // Keys are the same few in all elements: 100,000 of them are folded once.
  const ranks = new Map<string, number | undefined>();
  const rank = (key: string): number | undefined => {
    if (!ranks.has(key) && ranks.size < 1000) ranks.set(key, rankOf(key));
    return ranks.has(key) ? ranks.get(key) : rankOf(key);
  };
  return (object) => {
    let best: string | undefined;
    let bestRank: number = 2 * KNOWN_COLUMNS.length;
    for (const key in object) {
      const known = rank(key);
      if (known === undefined) continue;
      // `"user": {…}` is about somebody, and no name: it counts only where nothing else does.
      const at = typeof object[key] === 'string' ? known : known + KNOWN_COLUMNS.length;
      if (at < bestRank) [best, bestRank] = [key, at];
    }
    return best;
  };
}

function typeIn(object: JsonObject, nameKey: string): ReturnType<typeof typeOf> {
  for (const key in object) {
    if (key === nameKey || key.length !== 4 || key.toLowerCase() !== 'type') continue;
    const value = object[key];
    if (value === null) return {};
    if (typeof value === 'string') return typeOf(value);
    if (typeof value !== 'object') return typeOf(JSON.stringify(value));
    return { code: 'bad-type', message: `the type is ${kindOf(value)}, neither user nor identity` };
  }
  return {};
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function bad(message: string): Problem {
  return { code: 'bad-row', message };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return 'a number; a name has to be in quotes';
  return typeof value === 'string' ? 'a text' : 'true or false';
}
