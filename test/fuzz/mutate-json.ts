import { KEYS, LARGE, NUMBERS, OTHERS, TEXTS } from './values.ts';
import type { Random } from './random.ts';

/** Changes to a JSON document, made on its text: no object holds a number like 1e400, or a key twice. */

/** Stands for JSON text that no value can hold; put in when the document is written. */
class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** How often a change is made where the walk is, and not below. */
const STOPS = 0.25;

/** A place in a document: what holds it, and under which key. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** @returns the document with one thing changed in it, and what that was */
export function mutateJson(text: string, random: Random): { text: string; what: string } {
  const top = { value: JSON.parse(text) as unknown };
  const { holder, key } = anyPlace(top, random);
  const change = random.weighted(CHANGES);
  const what = `${change.name} at ${key}`;
  change(holder, key, random);
  return { text: write(top.value), what };
}

type Change = (holder: Record<string, unknown>, key: string, random: Random) => void;

const CHANGES: readonly (readonly [number, Change])[] = [
  [8, replace],
  [2, enlarge],
  [3, remove],
  [3, addKey],
  [2, sayTwice],
  [2, wrap],
  [2, repeat],
  [1, reverse],
  [2, shorten],
  [2, respell],
];

function replace(holder: Record<string, unknown>, key: string, random: Random): void {
  holder[key] = new Raw(oddValue(random, holder[key]));
}

/** Of the same type as the right one, or of another. */
function oddValue(random: Random, right: unknown): string {
  if (random.chance(0.4)) {
    if (typeof right === 'number') return random.pick(NUMBERS);
    if (typeof right === 'string') return random.pick(TEXTS);
  }
  return random.pick([...NUMBERS, ...TEXTS, ...OTHERS]);
}

function enlarge(holder: Record<string, unknown>, key: string, random: Random): void {
  holder[key] = new Raw(random.pick(LARGE)());
}

function remove(holder: Record<string, unknown>, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

/** Another property in the object that is there, or beside it. */
function addKey(holder: Record<string, unknown>, key: string, random: Random): void {
  const object = isObject(holder[key]) ? holder[key] : holder;
  define(object, random.pick(KEYS), new Raw(oddValue(random, undefined)));
}

/** One key twice, with another value the second time. */
function sayTwice(holder: Record<string, unknown>, key: string, random: Random): void {
  const object = isObject(holder[key]) ? holder[key] : holder;
  const own = random.pick([...Object.keys(object), 'name']);
  const other = random.chance(0.5) ? oddValue(random, object[own]) : write(object[own] ?? null);
  define(object, `${own}\u0000again`, new Raw(other));
}

function wrap(holder: Record<string, unknown>, key: string, random: Random): void {
  const value = holder[key];
  holder[key] = random.pick([[value], { value }, { data: value }, [[value]], write(value)]);
}

/** The same rows again: a list that repeats itself. */
function repeat(holder: Record<string, unknown>, key: string, random: Random): void {
  const list = listAt(holder, key);
  if (list.length > 0) list.push(...Array.from({ length: 1 + random.below(3) }, () => list[0]));
}

function reverse(holder: Record<string, unknown>, key: string): void {
  listAt(holder, key).reverse();
}

function shorten(holder: Record<string, unknown>, key: string, random: Random): void {
  const list = listAt(holder, key);
  list.length = random.below(list.length + 1);
}

/** A name in another spelling. */
function respell(holder: Record<string, unknown>, key: string, random: Random): void {
  const value = holder[key];
  if (typeof value !== 'string') return;
  holder[key] = random.pick([
    value.toUpperCase(),
    value.toLowerCase(),
    value.normalize('NFD'),
    `${value} `,
    ` ${value}`,
    `${value}\u200b`,
    `${value}\u0000`,
    `"${value}"`,
    `#${value}`,
    value.replace('i', '\u0131'),
  ]);
}

/** The list at a place, or around it; else one that belongs to nothing. */
function listAt(holder: Record<string, unknown>, key: string): unknown[] {
  const value = holder[key];
  if (Array.isArray(value)) return value as unknown[];
  return Array.isArray(holder) ? (holder as unknown[]) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a property of the object itself, also one called `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** A walk from the top: a list with many rows does not hide what stands beside it. */
function anyPlace(top: object, random: Random): Place {
  let holder = top as Record<string, unknown>;
  for (;;) {
    const key = random.pick(Object.keys(holder));
    const value = holder[key];
    const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
    if (isLeaf || random.chance(STOPS)) return { holder, key };
    holder = value as Record<string, unknown>;
  }
}

const RAW = '\u0000raw:';

/** JSON text with the raw parts in it, and `again` keys spelled like the first. */
function write(value: unknown): string {
  const raws: string[] = [];
  const text = JSON.stringify(value, (_, each: unknown) => {
    if (!(each instanceof Raw)) return each;
    raws.push(each.text);
    return `${RAW}${raws.length - 1}`;
  });
  return text
    .replaceAll('\\u0000again":', '":')
    .replace(/"\\u0000raw:(\d+)"/g, (_, at: string) => raws[Number(at)] ?? 'null');
}
