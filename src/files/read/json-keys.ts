import { columnsAsked } from '../columns.ts';
import { isLogin, RANKS, rankOf } from '../known-columns.ts';
import { typeOf } from '../type.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Which keys of an object hold the name, and what else could. */
export interface NameKeys {
  readonly key: string;
  /** Other keys of names that hold a text. */
  readonly others: readonly string[];
}

/**
 * Finds the first known key. `"user": {…}` is about somebody, and no name: such a key counts only where
 * nothing else does.
 */
export function keyFinder(): (object: JsonObject) => NameKeys | undefined {
  const rank = remembered(rankOf);
  return (object) => {
    let best: string | undefined;
    let bestRank = 2 * RANKS;
    const known: string[] = [];
    for (const key in object) {
      const own = rank(key);
      if (own === undefined) continue;
      const isText = typeof object[key] === 'string' || object[key] === null;
      if (isText) known.push(key);
      const at = isText ? own : own + RANKS;
      if (at < bestRank) [best, bestRank] = [key, at];
    }
    if (best === undefined) return undefined;
    // Almost every object has one.
    return { key: best, others: known.length === 1 ? NONE : known.filter((key) => key !== best) };
  };
}

const NONE: readonly string[] = [];

/** The keys of that name ({@link columnsAsked}); with more than one it is not certain which is meant. */
export function keysAsked(object: JsonObject, column: string): readonly string[] {
  if (Object.hasOwn(object, column)) return [column];
  const keys = Object.keys(object);
  return columnsAsked(keys, column).map((at) => keys[at] ?? '');
}

/**
 * Where an element with the name of a person has the login elsewhere: in an object (`profile.login`),
 * or in what is no text.
 */
export function loginBelow(object: JsonObject, but: readonly string[]): string | undefined {
  for (const [key, value] of Object.entries(object)) {
    if (but.includes(key) || typeof value === 'string' || value === null) continue;
    const inner = [value].flat().find(isObject);
    const login = Object.keys(inner ?? {}).find((each) => isLogin(each) && isFilled(inner?.[each]));
    if (login !== undefined) return `${key}.${login}`;
    if (isLogin(key)) return key;
  }
  return undefined;
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== '';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for a message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return 'a number; a name has to be in quotes';
  return typeof value === 'string' ? 'a text' : 'true or false';
}

/** Keys are the same few in all elements: 100,000 of them are looked up once. */
export function remembered<T>(valueOf: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const value = valueOf(key);
    if (known.size < 1000) known.set(key, value);
    return value;
  };
}

/** What an element says of the type of its member. */
export function typeIn(object: JsonObject, nameKey: string): ReturnType<typeof typeOf> {
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

/** A text, or a number as one; else nothing. */
export function textOr(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}
