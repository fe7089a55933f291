/**
 * Text from servers and files, before it reaches a terminal: no control characters (which move the
 * cursor, change titles, hide text) and no bidirectional overrides (which make one name look like
 * another).
 */

// eslint-disable-next-line no-control-regex -- finding control characters is what this is for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

export function safeText(text: string): string {
  return text.replace(UNSAFE, '');
}

/** Text of several lines (a stack trace): line ends and tabs stay. */
export function safeBlock(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => safeText(line.replaceAll('\t', '    ')))
    .join('\n');
}

/** A JSON document in which such characters are escapes: the same document to whoever parses it. */
export function safeJson(value: unknown, indent?: number): string {
  // JSON.stringify itself escapes up to U+001F; line ends are its own.
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
