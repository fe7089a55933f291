import { parsedJson } from '../../domain/parsed-json.ts';
import type { GroupctlError } from '../../errors.ts';
import { assertLastPage } from './json-pages.ts';
import { elementPlaces, faultLine } from './json-places.ts';
import { isLogin } from '../known-columns.ts';
import { isResultDocument, resultDocumentError } from './own-result.ts';
import { fileError } from '../file-error.ts';

/** The elements of a JSON text, however they are put together. */

export interface Elements {
  readonly elements: readonly unknown[];
  /** The line of each, from 1. */
  readonly lines: readonly number[];
  /** One of them as it is written. */
  readonly textOf: (at: number) => string;
}

/**
 * An array; the array `value` of an object, as directories answer (OData); or one element a line
 * (JSON Lines), of which there may be one.
 *
 * @throws usage (2): `bad-json`, with the line; `own-result`; `more-pages`
 */
export function elementsOf(text: string, file: string): Elements {
  const value = parsedJson(text);
  if (value === undefined) {
    const lines = elementsOfLines(text);
    if (typeof lines === 'object') return lines;
    const line = lines ?? faultLine(text);
    const hint = lines === undefined ? undefined : 'Each line of JSON Lines is one whole object.';
    throw badJsonError(file, line, `${file}, line ${line}: not valid JSON`, hint);
  }
  if (Array.isArray(value)) {
    return { elements: value as unknown[], ...placesIn(text) };
  }
  if (typeof value === 'object' && value !== null) {
    if (isResultDocument(value)) throw resultDocumentError(file);
    if ('value' in value && Array.isArray(value.value)) {
      assertLastPage(value, value.value as unknown[], file);
      return { elements: value.value as unknown[], ...placesIn(text) };
    }
    // PowerShell leaves the brackets of an array out where it has one element.
    if (Object.entries(value).some(isLoginText))
      return { elements: [value], lines: [1], textOf: () => text };
  }
  const hint = 'An object may hold the array as "value".';
  throw badJsonError(file, 1, `${file} must be a JSON array of names or objects`, hint);
}

function placesIn(text: string): Pick<Elements, 'lines' | 'textOf'> {
  const { offsets, ends, lines } = elementPlaces(text);
  return { lines, textOf: (at) => text.slice(offsets[at], ends[at]) };
}

/** The line that is no JSON text or object; undefined: it is the first, and they are no JSON Lines. */
function elementsOfLines(text: string): Elements | number | undefined {
  const elements: unknown[] = [];
  const lines: number[] = [];
  const texts: string[] = [];
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === '') continue;
    const value = parsedJson(line);
    if (value === undefined || Array.isArray(value)) {
      return elements.length === 0 ? undefined : index + 1;
    }
    elements.push(value);
    lines.push(index + 1);
    texts.push(line);
  }
  return elements.length === 0 ? undefined : { elements, lines, textOf: (at) => texts[at] ?? '' };
}

function isLoginText([key, value]: [string, unknown]): boolean {
  return isLogin(key) && typeof value === 'string';
}

/** @returns usage (2), `bad-json` */
function badJsonError(
  file: string,
  line: number,
  message: string,
  hint = 'If it is a plain list of names, use --format=list.',
): GroupctlError {
  return fileError('bad-json', `${message}.`, { file, line }, hint);
}

/** What begins JSON, and no name of a list. */
const BEGINS = /^(?:\[\s*(?:["{\]]|$)|\{\s*(?:"|$))/;

/**
 * True for JSON below a comment, which it must not have.
 *
 * @param above the lines above the first
 */
export function isCommented(first: string, below: readonly string[], above: string): boolean {
  if (above.trim() !== '' && BEGINS.test(first)) return true;
  return /^\/[/*]/.test(first) && below.some((each) => BEGINS.test(each));
}

/** @returns usage (2), `bad-json` */
export function commentedError(file: string, line: number): GroupctlError {
  return badJsonError(
    file,
    line,
    `${file}, line ${line}: JSON has no comments, and one stands above it`,
    'Delete the comment. If it is a plain list of names, use --format=list.',
  );
}
