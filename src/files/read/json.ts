import { sameName } from '../../domain/names.ts';
import { shown } from '../../domain/shorten.ts';
import { loginsDiffer, noHeader, noSuchColumn } from '../columns.ts';
import { elementsOf } from './json-elements.ts';
import { groupKeyFinder, groupNames, type JsonObject, keyFinder, remembered } from './json-keys.ts';
import { isLogin } from '../known-columns.ts';
import type { InputRow, ReadContext, ReadRows } from '../member-file.ts';
import { nameProblem, typedName } from '../name.ts';
import { isRemoval, removedRow } from './own-result.ts';
import { type Problem, Problems } from '../problems.ts';
import { typeOf } from '../type.ts';

/**
 * The names of JSON: texts, or objects with the keys that a CSV file has as columns.
 *
 * @throws usage (2): `bad-json`, `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`,
 *   `no-header`, `no-such-column`, `ambiguous-column`, `own-result`, `more-pages`
 */
export function readJson(text: string, context: ReadContext): ReadRows {
  const { elements, lines } = elementsOf(text, context.file);
  const reader = new ElementReader(context);
  elements.forEach((element, index) => reader.read(element, lines[index] ?? 1));
  return reader.end();
}

class ElementReader {
  readonly #context: ReadContext;
  readonly #problems: Problems;
  readonly #rows: InputRow[] = [];
  readonly #keysOf: ReturnType<typeof keyFinder>;
  readonly #groupKeyOf: ReturnType<typeof groupKeyFinder>;
  readonly #isLogin = remembered(isLogin);
  /** Keys with names that were used, and others that could have been. */
  readonly #used = new Set<string>();
  readonly #others = new Set<string>();
  #groupKey: string | undefined;
  #hasTypes = false;
  /** The lines of elements that say only what somebody is called, and not how they log in. */
  readonly #nameOnly: number[] = [];
  /** Keys of the first objects, for messages. */
  readonly #keys = new Set<string>();

  constructor(context: ReadContext) {
    this.#context = context;
    this.#problems = new Problems(context.file);
    this.#keysOf = keyFinder(context.column);
    this.#groupKeyOf = groupKeyFinder(context.groupColumn);
  }

  read(element: unknown, line: number): void {
    const read = typeof element === 'string' ? textOf(element) : this.#object(element, line);
    if (read === undefined) return;
    const problem =
      'message' in read ? read : read.isOwn ? undefined : nameProblem(read.name.trim());
    if (problem !== undefined) return this.#problems.add(line, problem);
    if ('message' in read) return;
    const { isOwn, ...row } = read;
    const name = isOwn ? row.name : typedName(row.name);
    const kept = this.#context.keepRecords ? { record: element as string | JsonObject } : {};
    this.#rows.push({ ...row, name, row: { file: this.#context.file, line }, ...kept });
  }

  /** @throws usage (2): what is wrong with the file */
  end(): ReadRows {
    const { file, column, groupColumn } = this.#context;
    const place = { file, line: 1, found: [...this.#keys] };
    if (this.#used.size === 0 && this.#keys.size > 0) {
      throw column === undefined ? noHeader(place, false) : noSuchColumn(place, column);
    }
    const login = column === undefined ? [...this.#used].find(isLogin) : undefined;
    if (login !== undefined) {
      const problem = bad(`no ${shown(login)}, which other elements have`);
      for (const line of this.#nameOnly) this.#problems.add(line, problem);
    }
    this.#problems.throwIfAny();
    const isAsked = groupColumn !== undefined && groupColumn !== 'none';
    if (isAsked && this.#groupKey === undefined) {
      throw noSuchColumn(place, groupColumn, '--group-column');
    }
    const [key] = this.#used;
    const others = [...this.#others].filter((each) => !this.#used.has(each));
    return {
      rows: this.#rows,
      hasTypes: this.#hasTypes,
      ...(column === undefined ? {} : { column }),
      ...(others.length === 0 || key === undefined ? {} : { column: key, otherColumns: others }),
      ...(this.#groupKey === undefined ? {} : { groupColumn: this.#groupKey }),
    };
  }

  #object(element: unknown, line: number): Read | Problem | undefined {
    if (!isObject(element)) return bad(`an element is ${kindOf(element)}`);
    const { column } = this.#context;
    if (this.#keys.size < 20) for (const each of Object.keys(element)) this.#keys.add(each);
    const keys = this.#keysOf(element);
    if (keys === undefined) {
      if (Object.values(element).every(isBlank)) return undefined;
      return bad(`no ${shown(column ?? 'user, username, login, email, member or name')}`);
    }
    const { key, others } = keys;
    const value = element[key] ?? '';
    this.#used.add(key);
    for (const other of others) this.#others.add(other);
    if (typeof value !== 'string') return bad(`${shown(key)} is ${kindOf(value)}`);
    if (value.trim() === '') {
      if (Object.values(element).every(isBlank)) return undefined;
      return bad(`${shown(key)} is empty, but other values are not`);
    }
    this.#assertNamed(element, key, others, line);
    if (!this.#isLogin(key)) this.#nameOnly.push(line);
    const typed = typeIn(element, key);
    if ('code' in typed) return typed;
    this.#hasTypes ||= 'type' in typed;
    const isOwn = 'member' in element && 'type' in element;
    return { name: value, isOwn, ...typed, ...this.#groupsIn(element, key) };
  }

  /** @throws usage (2): `ambiguous-column`, `own-result` */
  #assertNamed(element: JsonObject, key: string, others: readonly string[], line: number): void {
    const { file, adds } = this.#context;
    const value = String(element[key]);
    for (const other of others) {
      const text = textOr(element[other]);
      if (!this.#isLogin(other) || text.trim() === '' || sameName(text.trim(), value.trim()))
        continue;
      const named = { column: other, value: text };
      throw loginsDiffer({ file, line }, { column: key, value }, named);
    }
    const { op, outcome } = element;
    if (!adds || (op === undefined && outcome === undefined)) return;
    const result = { op: textOr(op), outcome: textOr(outcome) };
    if (isRemoval(result)) throw removedRow(file, line, value, result);
  }

  #groupsIn(element: JsonObject, nameKey: string): Pick<InputRow, 'groups'> {
    const key = this.#groupKeyOf(element, nameKey);
    if (key === undefined) return {};
    this.#groupKey ??= key;
    return { groups: groupNames(element[key]) };
  }
}

/** A name as the element has it. */
interface Read extends Pick<InputRow, 'name' | 'type' | 'groups'> {
  /** `members list` wrote it: it is as the server has it. */
  readonly isOwn: boolean;
}

function textOf(text: string): Read | undefined {
  return text.trim() === '' ? undefined : { name: text, isOwn: false };
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
