import { quotedIfPadded } from '../domain/shorten.ts';
import { unicodePattern } from '../domain/unicode-pattern.ts';
import { UNSEEN } from '../domain/unseen.ts';

/**
 * Text from servers and files, before it reaches a terminal: no control characters (which move the
 * cursor, change titles, hide text), no bidirectional marks (which make one name look like another)
 * and nothing that cannot be seen. Each is shown as `\u{200B}`, so that two names never look equal.
 */

const unseenCharacter = unicodePattern(`[${UNSEEN}]`, 'gu');
/** A backslash that would make what follows look like such an escape. */
const LOOKALIKE = /\\(?=u\{[0-9A-F]+\})/g;
const PLAIN = /^[ -[\]-~]*$/;

export function safeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(LOOKALIKE, '\\u{5C}').replace(unseenCharacter(), (unseen) => {
    return `\\u{${(unseen.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
}

/** A name in a line: with blanks around it it is in quotes, as they could not be seen. */
export function safeName(name: string): string {
  return safeText(quotedIfPadded(name));
}

/** Text of several lines (a stack trace): line ends and tabs stay. */
export function safeBlock(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => safeText(line.replaceAll('\t', '    ')))
    .join('\n');
}

/** True for text with a character that cannot be seen. */
export function hasUnseen(text: string): boolean {
  return text.search(unseenCharacter()) !== -1;
}

/** A JSON document in which such characters are escapes: it parses to the same document. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeUnseen(JSON.stringify(value, null, indent));
}

/** Such characters as JSON escapes; line ends are the document's own: those of texts are escaped already. */
export function escapeUnseen(json: string): string {
  if (!/[^ -~\n]/.test(json)) return json;
  return json.replace(unseenCharacter(), (unseen) =>
    unseen === '\n' ? unseen : jsonEscape(unseen),
  );
}

/** One escape, or two for what takes a surrogate pair. */
function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
