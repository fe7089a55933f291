import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { Wire } from './wire.ts';

/** The largest body that the program reads, in bytes. */
const MOST = 64 * 1024 * 1024;

/**
 * What an answer says to whoever reads it with care: undefined for one that is cut, no success, or no
 * JSON in UTF-8. Written without the program's own code, which is held against it.
 */
export function readable(wire: Wire): unknown {
  const text = textOf(wire);
  return text === undefined ? undefined : parsed(text);
}

/** Stands for a number that JSON.parse changes. */
export const CHANGED = 'a number that is not kept';

const NOT_KEPT = /(?<=[[,:]\s*)(-?1e-?400|9007199254740993|-9223372036854775808)(?=\s*[\],}])/g;

/** The same, with {@link CHANGED} in the place of numbers that would not come back as they were. */
export function readExactly(wire: Wire): unknown {
  const text = textOf(wire);
  return text === undefined ? undefined : parsed(text.replace(NOT_KEPT, JSON.stringify(CHANGED)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf({ status, headers, body, broken }: Wire): string | undefined {
  if (broken || status < 200 || status > 299) return undefined;
  const coding = headers.filter(([name]) => name === 'content-encoding').at(-1)?.[1];
  const isGzip = /^(x-)?gzip$/i.test(coding ?? '');
  try {
    const bytes = isGzip ? gunzipSync(body, { maxOutputLength: MOST }) : body;
    return isUtf8(bytes) ? bytes.toString().replace(/^\ufeff/, '') : undefined;
  } catch {
    return undefined;
  }
}

/** True for a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
