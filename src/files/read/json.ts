import { defined } from '../../domain/defined.ts';
import { sameName } from '../../domain/names.ts';
import { shortened } from '../../domain/shorten.ts';
import {
  loginElsewhereError,
  loginsDifferError,
  noHeaderError,
  noSuchColumnError,
  twoColumnsError,
} from '../columns.ts';
import { DisplayNames, isFailuresColumn } from '../display-names.ts';
import { elementsOf } from './json-elements.ts';
import { GroupReader } from './json-groups.ts';
import {
  isBlank,
  isObject,
  type JsonObject,
  keyFinder,
  keysAsked,
  kindOf,
  loginBelow,
  type NameKeys,
  remembered,
  textOr,
  typeIn,
} from './json-keys.ts';
import { assertOnce } from './json-twice.ts';
import { isLogin } from '../known-columns.ts';
import type { InputRow, ReadContext, ReadRows } from '../member-file.ts';
import { nameProblem, typedName } from '../name.ts';
import { isRemoval, removedRowError } from './own-result.ts';
import { badRow, type Problem, Problems } from '../problems.ts';

/**
 * The names of JSON: texts, or objects with the keys that a CSV file has as columns.
 *
 * @throws usage (2): `bad-json`, `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`,
 *   `no-header`, `no-such-column`, `ambiguous-column`, `own-result`, `more-pages`
 */
export function readJson(text: string, context: ReadContext): ReadRows {
  const { elements, lines, textOf } = elementsOf(text, context.file);
  assertOnce(text, context.file);
  const reader = new ElementReader(context);
  elements.forEach((element, at) => reader.read(element, lines[at] ?? 1, () => textOf(at)));
  return reader.end();
}

class ElementReader {
  readonly #context: ReadContext;
  readonly #problems: Problems;
  readonly #rows: InputRow[] = [];
  readonly #knownKeys = keyFinder();
  readonly #groups: GroupReader;
  readonly #isLogin = remembered(isLogin);
  /** Keys with names that were used, and others that could have been. */
  readonly #used = new Set<string>();
  readonly #others = new Set<string>();
  #hasTypes = false;
  #displayNames: DisplayNames | undefined;
  /** The lines of elements that say only what somebody is called, and not how they log in. */
  readonly #nameOnly: number[] = [];
  /** Keys of the first objects, for messages. */
  readonly #keys = new Set<string>();

  constructor(context: ReadContext) {
    this.#context = context;
    this.#problems = new Problems(context.file);
    this.#groups = new GroupReader(context);
  }

  /** @param text the element as it is written */
  read(element: unknown, line: number, text: () => string): void {
    const read =
      typeof element === 'string' ? this.#text(element, line) : this.#object(element, line);
    if (read === undefined) return;
    if ('message' in read) return this.#problems.add(line, read);
    const { isOwn, ...row } = read;
    const problem = nameProblem(isOwn ? row.name : row.name.trim());
    if (problem !== undefined && !isOwn) return this.#problems.add(line, problem);
    const name = isOwn ? row.name : typedName(row.name);
    const bad = problem === undefined ? {} : { problem };
    const kept = this.#context.keepRecords ? { record: text() } : {};
    this.#rows.push({ ...row, name, row: { file: this.#context.file, line }, ...bad, ...kept });
  }

  /** @throws usage (2): what is wrong with the file */
  end(): ReadRows {
    const { file, column } = this.#context;
    const place = { file, line: 1, found: [...this.#keys] };
    if (this.#used.size === 0 && this.#keys.size > 0) {
      throw column === undefined ? noHeaderError(place, false) : noSuchColumnError(place, column);
    }
    const login = column === undefined ? [...this.#used].find(isLogin) : undefined;
    if (login !== undefined) {
      const problem = badRow(`no ${shortened(login)}, which other elements have`);
      for (const line of this.#nameOnly) this.#problems.add(line, problem);
    }
    this.#problems.throwIfAny();
    this.#groups.assertFound(place.found);
    this.#displayNames?.assertLogins(file, this.#nameOnly[0] ?? 1);
    const [key] = this.#used;
    const others = [...this.#others].filter((each) => !this.#used.has(each));
    return {
      rows: this.#rows,
      hasTypes: this.#hasTypes,
      ...defined({ column: column ?? key }),
      ...(others.length === 0 || key === undefined ? {} : { otherColumns: others }),
    };
  }

  #object(element: unknown, line: number): Read | Problem | undefined {
    if (!isObject(element)) return badRow(`an element is ${kindOf(element)}`);
    const { column } = this.#context;
    if (this.#keys.size < 20) for (const each of Object.keys(element)) this.#keys.add(each);
    const keys = this.#keysOf(element, line);
    if (keys === undefined) {
      if (Object.values(element).every(isBlank)) return undefined;
      return badRow(`no ${shortened(column ?? 'user, username, login, email, member or name')}`);
    }
    const { key, others } = keys;
    const value = element[key] ?? '';
    this.#used.add(key);
    for (const other of others) this.#others.add(other);
    if (typeof value !== 'string') return badRow(`${shortened(key)} is ${kindOf(value)}`);
    const isOwn = 'member' in element && 'type' in element;
    // A member may be called by blanks alone.
    if (value === '' || (!isOwn && value.trim() === '')) {
      if (Object.values(element).every(isBlank)) return undefined;
      return badRow(`${shortened(key)} is empty, but other values are not`);
    }
    this.#assertNamed(element, key, others, line);
    if (!this.#isLogin(key)) this.#name(element, key, line);
    const typed = typeIn(element, key);
    if ('code' in typed) return typed;
    this.#hasTypes ||= 'type' in typed;
    const groups = this.#groups.read(element, key, line);
    return 'code' in groups ? groups : { name: value, isOwn, ...typed, ...groups };
  }

  #text(text: string, line: number): Read | Problem | undefined {
    if (text.trim() === '') return undefined;
    const groups = this.#groups.read(text, '', line);
    return 'code' in groups ? groups : { name: text, isOwn: false, ...groups };
  }

  /** @throws usage (2), `bad-header`: two keys that could both be the one asked for */
  #keysOf(element: JsonObject, line: number): NameKeys | undefined {
    const { file, column } = this.#context;
    if (column === undefined) return this.#knownKeys(element);
    const [key, ...more] = keysAsked(element, column);
    if (key === undefined) return undefined;
    if (more.length > 0) throw twoColumnsError(file, line, column, [key, ...more]);
    return { key, others: [] };
  }

  /**
   * A name that is what somebody may be called.
   *
   * @throws usage (2), `ambiguous-column`: the login is elsewhere in the element
   */
  #name(element: JsonObject, key: string, line: number): void {
    const { file, column } = this.#context;
    this.#nameOnly.push(line);
    if (column !== undefined) return;
    const but = [key, ...this.#groups.keysOf(element, key, line)];
    const below = loginBelow(element, but);
    if (below !== undefined) throw loginElsewhereError(file, line, key, below);
    const others = Object.entries(element)
      .filter(([each]) => !but.includes(each) && !/^type$/i.test(each) && !isFailuresColumn(each))
      .map(([each, value]) => [each, textOr(value)] as const);
    for (const [other] of others) this.#others.add(other);
    this.#displayNames ??= new DisplayNames(key);
    this.#displayNames.add(String(element[key]), others);
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
      throw loginsDifferError({ file, line }, { column: key, value }, named);
    }
    const { op, outcome } = element;
    if (!adds || (op === undefined && outcome === undefined)) return;
    const result = { op: textOr(op), outcome: textOr(outcome) };
    if (isRemoval(result)) throw removedRowError(file, line, value, result);
  }
}

/** A name as the element has it. */
interface Read extends Pick<InputRow, 'name' | 'type' | 'groups'> {
  /** `members list` wrote it: it is as the server has it. */
  readonly isOwn: boolean;
}
