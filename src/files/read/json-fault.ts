/** Where a text stops being JSON, which JSON.parse says in some of its messages only. */

/** What may stand next. After an opening bracket it may be closed at once. */
type Wanted = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'next';

/**
 * The place of the first character that no JSON has there; the end of what is written, where more had
 * to follow. A comma before a closing bracket is itself one too much.
 *
 * @param text not valid JSON
 */
export function faultAt(text: string): number {
  const closers: string[] = [];
  let wanted: Wanted = 'value';
  let comma: number | undefined;
  for (let at = skipBlanks(text, 0); ; at = skipBlanks(text, at)) {
    const char = text[at];
    if (char === undefined) return text.trimEnd().length;
    const closer = closers.at(-1);
    if (char === closer) {
      if (wanted !== 'next' && wanted !== 'first-value' && wanted !== 'first-key')
        return comma ?? at;
      closers.pop();
      wanted = 'next';
      at++;
      continue;
    }
    comma = undefined;
    switch (wanted) {
      case 'next':
        if (char !== ',' || closer === undefined) return at;
        comma = at++;
        wanted = closer === '}' ? 'key' : 'value';
        break;
      case 'colon':
        if (char !== ':') return at;
        at++;
        wanted = 'value';
        break;
      case 'key':
      case 'first-key': {
        const end = char === '"' ? stringEnd(text, at) : undefined;
        if (end === undefined) return at;
        at = end;
        wanted = 'colon';
        break;
      }
      default: {
        if (char === '[' || char === '{') {
          closers.push(char === '[' ? ']' : '}');
          wanted = char === '[' ? 'first-value' : 'first-key';
          at++;
          break;
        }
        const end = char === '"' ? stringEnd(text, at) : endOf(SCALAR, text, at);
        if (end === undefined) return at;
        at = end;
        wanted = 'next';
      }
    }
  }
}

const BLANKS = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// eslint-disable-next-line no-control-regex -- a text has them as escapes only
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

function skipBlanks(text: string, at: number): number {
  return endOf(BLANKS, text, at) ?? at;
}

/** A text ends in the line that it begins in: it holds no line end. */
function stringEnd(text: string, open: number): number | undefined {
  let at: number | undefined = open + 1;
  while (at !== undefined) {
    at = endOf(PLAIN, text, at) ?? at;
    if (text[at] === '"') return at + 1;
    at = endOf(ESCAPE, text, at);
  }
  return undefined;
}

function endOf(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}
