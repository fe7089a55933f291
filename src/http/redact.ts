import { type GroupctlError, reworded } from '../errors.ts';
import { formsOf, LEVELS, type Needle, type SecretForms } from './secret-forms.ts';
import { bare, squeezed, unescaped } from './unescape.ts';
import { errorBody } from './words.ts';

/**
 * Secrets of this run, so that nothing that is printed or stored can hold one: not even a server's
 * answer that echoes the key it was sent.
 */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** What to look for, made when it is first needed. */
  #forms: SecretForms | undefined;

  /** Registers a secret. Very short ones would redact plain words. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < 4 || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#forms = undefined;
  }

  /** The text with every known secret replaced by `***`, however a server wrote it. */
  clean(text: string): string {
    if (this.#secrets.size === 0 || text === '') return text;
    return replaced(text, this.#find(text));
  }

  /** True if the text holds a secret. */
  finds(text: string): boolean {
    return this.#secrets.size > 0 && this.#find(text).length > 0;
  }

  #find(text: string): Range[] {
    this.#forms ??= formsOf(this.#secrets);
    return findAll(text, this.#forms);
  }
}

/** From this place of a text to that one. */
type Range = readonly [from: number, to: number];

/** Where the text holds a secret, escaped or not. */
function findAll(text: string, forms: SecretForms): Range[] {
  const ranges: Range[] = [];
  let toOriginal = (at: number): number => at;
  let level = text;
  for (let depth = 0; depth <= LEVELS; depth++) {
    for (const [from, to] of findIn(level, forms)) ranges.push([toOriginal(from), toOriginal(to)]);
    const next = unescaped(level);
    if (next === undefined) break;
    const outer = toOriginal;
    toOriginal = (at) => outer(next.start(at));
    level = next.text;
  }
  return ranges;
}

function findIn(text: string, forms: SecretForms): Iterable<Range> {
  const bareText = bare(text);
  // Almost no text holds one, and there may be thousands of texts.
  const isFound =
    forms.exact.some((needle) => text.includes(needle.text)) ||
    forms.hex.some((pattern) => text.search(pattern) !== -1) ||
    forms.loose.some((needle) => bareText.includes(needle.text));
  return isFound ? rangesIn(text, bareText, forms) : [];
}

function* rangesIn(
  text: string,
  bareText: string,
  { exact, loose, hex }: SecretForms,
): Iterable<Range> {
  for (const needle of exact) {
    for (const range of places(text, needle.text)) yield widened(text, needle, range);
  }
  for (const pattern of hex) {
    for (const { 0: found, index } of text.matchAll(pattern)) yield [index, index + found.length];
  }
  const found = loose.filter((needle) => bareText.includes(needle.text));
  if (found.length === 0) return;
  const toText = squeezed(text)?.start ?? ((at: number) => at);
  for (const needle of found) {
    for (const [from, to] of places(bareText, needle.text)) {
      // Not up to the next character: the blanks before it stay.
      yield widened(text, needle, [toText(from), toText(to - 1) + 1]);
    }
  }
}

function* places(text: string, needle: string): Iterable<Range> {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
    yield [at, at + needle.length];
  }
}

/** With the characters of base64 around it that hold a few bits of the secret. */
function widened(text: string, { isBase64 }: Needle, [from, to]: Range): Range {
  if (!isBase64) return [from, to];
  const before = from > 0 && BASE64.test(text.charAt(from - 1)) ? 1 : 0;
  const after = /^[\w+/-]?={0,2}/.exec(text.slice(to, to + 3))?.[0].length ?? 0;
  return [from - before, to + after];
}

const BASE64 = /[\w+/-]/;

function replaced(text: string, ranges: Range[]): string {
  let cleaned = '';
  let done = 0;
  for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
    if (from >= done) cleaned += `${text.slice(done, from)}***`;
    done = Math.max(done, to);
  }
  return cleaned + text.slice(done);
}

type Clean = (text: string) => string;

/** Plain data without a secret in any of its texts, keys included. */
export function cleanDeep<T>(value: T, clean: Clean): T {
  return cleaned(value, clean) as T;
}

function cleaned(value: unknown, clean: Clean): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => cleaned(each, clean));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [clean(key), cleaned(each, clean)]),
  );
}

/**
 * The same error without a secret in it: a server may put the key that it was sent into a
 * redirect's target, a header or a page, and errors of a row go to standard output and into the
 * journal.
 *
 * @param status of the answer, where the error does not know it
 */
export function redacted(error: GroupctlError, clean: Clean, status = error.status): GroupctlError {
  const { body, message, hint, requestId, serverError, serverText, details } = error;
  const words = { message, hint, requestId, serverError, serverText, details };
  return reworded(error, {
    ...cleanDeep(words, clean),
    status,
    // Cut when it is clean: half a secret at its end would not be found.
    body: body === undefined ? undefined : (errorBody(clean(body)) ?? ''),
  });
}
