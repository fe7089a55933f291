import { GroupctlError } from '../errors.ts';
import { unescaped } from './unescape.ts';
import { errorBody } from './words.ts';

/**
 * Secrets of this run, so that nothing that is printed or stored can hold one: not even a server's
 * answer that echoes the key it was sent.
 */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** What to look for, made when it is first needed. */
  #needles: Needle[] | undefined;

  /** Registers a secret. Very short ones would redact plain words. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < 4 || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#needles = undefined;
  }

  /** The text with every known secret replaced by `***`, however a server wrote it. */
  clean(text: string): string {
    if (this.#secrets.size === 0 || text === '') return text;
    this.#needles ??= [...this.#secrets].flatMap(needlesOf);
    return replaced(text, findAll(text, this.#needles));
  }
}

/** A form of a secret; of base64, what its first and last bits share a character with goes, too. */
interface Needle {
  readonly text: string;
  readonly isBase64: boolean;
}

/** From this place of a text to that one. */
type Range = readonly [from: number, to: number];

/** JSON inside of JSON inside of HTML; more is of no server. */
const LEVELS = 5;

/** Where the text holds a secret, escaped or not. */
function findAll(text: string, needles: readonly Needle[]): Range[] {
  const ranges: Range[] = [];
  let toOriginal = (at: number): number => at;
  let level = text;
  for (let depth = 0; depth <= LEVELS; depth++) {
    for (const needle of needles) {
      for (const [from, to] of occurrences(level, needle)) {
        ranges.push([toOriginal(from), toOriginal(to)]);
      }
    }
    const next = unescaped(level);
    if (next === undefined) break;
    const outer = toOriginal;
    toOriginal = (at) => outer(next.start(at));
    level = next.text;
  }
  return ranges;
}

const BASE64 = /[\w+/-]/;

function* occurrences(text: string, { text: needle, isBase64 }: Needle): Iterable<Range> {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    const before = isBase64 && at > 0 && BASE64.test(text.charAt(at - 1)) ? 1 : 0;
    const after = isBase64
      ? (/^[\w+/-]?={0,2}/.exec(text.slice(end, end + 3))?.[0].length ?? 0)
      : 0;
    yield [at - before, end + after];
  }
}

function replaced(text: string, ranges: Range[]): string {
  let cleaned = '';
  let done = 0;
  for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
    if (from >= done) cleaned += `${text.slice(done, from)}***`;
    done = Math.max(done, to);
  }
  return cleaned + text.slice(done);
}

function needlesOf(secret: string): Needle[] {
  // A header's bytes as a server shows them that takes them for Latin-1.
  const misread = Buffer.from(secret, 'utf8').toString('latin1');
  const plain = new Set([secret, misread, secret.replaceAll(' ', '+')]);
  // What looks like an escape inside of the secret is read as one along with the escapes around it.
  for (const form of [...plain]) plain.add(wholly(form));
  const encoded = new Set([secret, misread].flatMap(base64));
  return [
    ...[...plain].map((text) => ({ text, isBase64: false })),
    ...[...encoded].map((text) => ({ text, isBase64: true })),
  ];
}

function wholly(text: string): string {
  let read = text;
  for (let level = 0; level < LEVELS; level++) read = unescaped(read)?.text ?? read;
  return read;
}

/**
 * What only the secret decides of its base64 (and of the form for URLs), at whichever place of a
 * longer text it begins: `Basic` credentials hold the user's name before it.
 */
function base64(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const core = all.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
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
  const { kind, code, cause, source, body } = error;
  const { message, hint, requestId, serverError, details } = error;
  const words = cleanDeep({ message, hint, requestId, serverError, details }, clean);
  return new GroupctlError(kind, words.message, {
    ...words,
    code,
    status,
    source,
    cause,
    // Cut when it is clean: half a secret at its end would not be found.
    body: body === undefined ? undefined : (errorBody(clean(body)) ?? ''),
  });
}
