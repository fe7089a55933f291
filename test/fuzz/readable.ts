import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { Wire } from './wire.ts';

/** The largest body that the program reads, in bytes. */
const MOST = 64 * 1024 * 1024;

/**
 * What an answer says to whoever reads it with care: undefined for one that is cut, no success, or no
 * JSON in UTF-8. Written without the program's own code, which is held against it.
 */
export function readable({ status, headers, body, broken }: Wire): unknown {
  if (broken || status < 200 || status > 299) return undefined;
  const coding = headers.filter(([name]) => name === 'content-encoding').at(-1)?.[1];
  try {
    const isGzip = /^(x-)?gzip$/i.test(coding ?? '');
    const bytes = isGzip ? gunzipSync(body, { maxOutputLength: MOST }) : body;
    if (!isUtf8(bytes)) return undefined;
    return JSON.parse(bytes.toString().replace(/^\ufeff/, '')) as unknown;
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
