import { defined } from '../../domain/defined.ts';
import { noSuchColumnError, twoColumnsError } from '../columns.ts';
import { isGroupColumn } from '../known-columns.ts';
import type { GroupName, GroupObject, InputRow, ReadContext } from '../member-file.ts';
import type { Problem } from '../problems.ts';
import { isObject, type JsonObject, keysAsked, kindOf, remembered, textOr } from './json-keys.ts';

/** What elements say of the group that they are about. */
export class GroupReader {
  readonly #context: ReadContext;
  readonly #isGroup = remembered(isGroupColumn);
  /** The key of --group-column. */
  readonly #asked: string | undefined;
  #wasFound = false;

  constructor(context: ReadContext) {
    this.#context = context;
    this.#asked = context.groupColumn === 'none' ? undefined : context.groupColumn;
  }

  /**
   * @param element a text says nothing of its group
   * @throws usage (2), `bad-header`: two keys that could both be meant
   */
  read(
    element: JsonObject | string,
    nameKey: string,
    line: number,
  ): Pick<InputRow, 'groups'> | Problem {
    const keys = typeof element === 'string' ? [] : this.keysOf(element, nameKey, line);
    if (keys.length === 0) {
      return this.#asked === undefined ? {} : { groups: [{ column: this.#asked, names: [] }] };
    }
    this.#wasFound = true;
    const groups = [];
    for (const column of keys) {
      const value = (element as JsonObject)[column];
      const names = groupNames(value);
      if (names === undefined) return unreadable(column, value);
      groups.push({ column, names });
    }
    return { groups };
  }

  /** The keys that say which group an element is about. */
  keysOf(element: JsonObject, nameKey: string, line: number): readonly string[] {
    const { file, groupColumn } = this.#context;
    if (groupColumn === 'none') return [];
    if (this.#asked === undefined) {
      return Object.keys(element).filter((key) => key !== nameKey && this.#isGroup(key));
    }
    const keys = keysAsked(element, this.#asked);
    if (keys.length > 1) throw twoColumnsError(file, line, this.#asked, keys);
    return keys;
  }

  /** @throws usage (2), `no-such-column`: no element has the key that was asked for */
  assertFound(keys: readonly string[]): void {
    if (this.#asked === undefined || this.#wasFound) return;
    const place = { file: this.#context.file, line: 1, found: keys };
    throw noSuchColumnError(place, this.#asked, '--group-column');
  }
}

function unreadable(key: string, value: unknown): Problem {
  return {
    code: 'bad-row',
    message: `no name of a group can be read from ${key}, which is ${kindOf(value)}`,
    hint: 'To take every row, use --group-column=none.',
  };
}

/**
 * What an element calls its groups: a text, a number, or objects with a name, a slug or an id; undefined:
 * it is none of these.
 */
function groupNames(value: unknown): GroupName[] | undefined {
  if (value === null) return [];
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) {
    const all = value.map(groupNames);
    return all.includes(undefined) ? undefined : all.flatMap((each) => each ?? []);
  }
  return isObject(value) ? groupObject(value) : undefined;
}

function groupObject(group: JsonObject): [GroupObject] | undefined {
  const valuesOf = (key: RegExp): string[] =>
    Object.keys(group).flatMap((each) => (key.test(each) ? textOr(group[each]) : []));
  const [id] = valuesOf(/^id$/i).filter(Boolean);
  const [slug] = valuesOf(/^slug$/i).filter(Boolean);
  const names = valuesOf(/^(?:display_?name|name)$/i);
  if (id === undefined && slug === undefined && names.length === 0) return undefined;
  return [{ ...defined({ id, slug }), names }];
}
