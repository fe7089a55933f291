import { findColumn } from '../columns.ts';
import { isGroupColumn, RANKS, rankOf } from '../known-columns.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Which keys of an object hold the name, and what else could. */
export interface NameKeys {
  readonly key: string;
  /** Other keys of names that hold a text. */
  readonly others: readonly string[];
}

/**
 * Finds the key with the name: the one asked for, else the first known one. `"user": {…}` is about
 * somebody, and no name: such a key counts only where nothing else does.
 */
export function keyFinder(
  column: string | undefined,
): (object: JsonObject) => NameKeys | undefined {
  if (column !== undefined) {
    return (object) => {
      const key = findKey(object, column);
      return key === undefined ? undefined : { key, others: NONE };
    };
  }
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

function findKey(object: JsonObject, column: string): string | undefined {
  if (Object.hasOwn(object, column)) return column;
  const keys = Object.keys(object);
  return keys[findColumn(keys, column) ?? -1];
}

/** Keys are the same few in all elements: 100,000 of them are looked up once. */
export function remembered<T>(look: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const value = look(key);
    if (known.size < 1000) known.set(key, value);
    return value;
  };
}

/** Finds the key that says which group an element is about. */
export function groupKeyFinder(
  column: string | undefined,
): (object: JsonObject, nameKey: string) => string | undefined {
  if (column === 'none') return () => undefined;
  if (column !== undefined) {
    return (object) => findKey(object, column);
  }
  const isGroup = remembered(isGroupColumn);
  return (object, nameKey) => Object.keys(object).find((key) => key !== nameKey && isGroup(key));
}

/** What an element calls its group: a text, texts, or objects with `name`, `slug` and `id`. */
export function groupNames(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(groupNames);
  if (typeof value !== 'object' || value === null) return [];
  const { name, slug, id } = value as JsonObject;
  return [name, slug, id].filter((each) => typeof each === 'string');
}
