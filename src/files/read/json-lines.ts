/** Where the elements of a JSON array are in its text, which JSON.parse does not say. */

const BACKSLASH = 0x5c;
const CR = 0x0d;
const LF = 0x0a;

/** The place of each element's first character; of JSON that is cut as far as it goes. */
export function elementStarts(text: string): number[] {
  const starts: number[] = [];
  const between = /[^"[\]{},]*/y;
  const blanks = /\s*/y;
  const addNext = (at: number): void => {
    const start = skip(blanks, text, at);
    if (start < text.length && text[start] !== ']') starts.push(start);
  };
  let depth = 0;
  for (let at = skip(between, text, 0); at < text.length; at = skip(between, text, at + 1)) {
    switch (text[at]) {
      case '"':
        at = closingQuote(text, at);
        break;
      case ',':
        if (depth === 1) addNext(at + 1);
        break;
      case '[':
      case '{':
        if (++depth === 1) addNext(at + 1);
        break;
      default:
        depth--;
    }
  }
  return starts;
}

/** Where a sticky pattern ends that begins there. */
function skip(pattern: RegExp, text: string, at: number): number {
  // Beyond the end a pattern begins anew.
  if (at >= text.length) return text.length;
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at !== -1) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

/** Tells the lines of places that are asked for in rising order, going over the text once. */
export function lineCounter(text: string): (at: number) => number {
  const end = text.includes('\r') ? /\r\n?|\n/g : undefined;
  let line = 1;
  let next = endAfter(text, end, 0);
  return (at) => {
    // The place after the end of a line is in the next one.
    while (next !== -1 && next < at) {
      line++;
      next = endAfter(text, end, next + 1);
    }
    return line;
  };
}

/** The last character of the next line end; -1: none. */
function endAfter(text: string, pattern: RegExp | undefined, from: number): number {
  if (pattern === undefined) return text.indexOf('\n', from);
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  if (found === null) return -1;
  const code = text.charCodeAt(found.index);
  return code === CR && text.charCodeAt(found.index + 1) === LF ? found.index + 1 : found.index;
}
