import { type JSONVisitor, visit } from 'jsonc-parser';
import { lineAt } from './decode.ts';

/** Places in a JSON text, which JSON.parse does not report: of the elements, and of a mistake. */

/** Where each element begins, in the order of the text. */
interface ElementPlaces {
  readonly offsets: readonly number[];
  /** Where each ends. */
  readonly ends: readonly number[];
  /** From 1; CRLF, LF and CR each end one. */
  readonly lines: readonly number[];
}

/**
 * The places of the elements of an array, or of the array `value` of an object. Of a text that is cut
 * the last of them may be incomplete.
 */
export function elementPlaces(text: string): ElementPlaces {
  const offsets: number[] = [];
  const ends: number[] = [];
  const lines: number[] = [];
  let depth = 0;
  /** How deep the elements are that count; 0: the array has not begun, or it has ended. */
  let elementDepth = 0;
  let key: string | undefined;
  const value = (offset: number, line: number): void => {
    if (depth === 0 || depth !== elementDepth) return;
    offsets.push(offset);
    lines.push(line + 1);
  };
  const end = (offset: number): void => {
    if (depth > 0 && depth === elementDepth) ends.push(offset);
  };
  visitDeep(text, {
    onObjectProperty(name) {
      if (depth === 1) key = name;
    },
    onLiteralValue(_value, offset, length, line) {
      value(offset, line);
      end(offset + length);
    },
    onObjectBegin(offset, _length, line) {
      value(offset, line);
      depth++;
    },
    onArrayBegin(offset, _length, line) {
      value(offset, line);
      depth++;
      if (depth > 1 && (depth > 2 || elementDepth > 0 || key !== 'value')) return;
      elementDepth = depth;
      // Of two keys of one name JSON.parse takes the second.
      offsets.length = 0;
      ends.length = 0;
      lines.length = 0;
    },
    onObjectEnd(offset, length) {
      depth--;
      end(offset + length);
    },
    onArrayEnd(offset, length) {
      if (depth-- === elementDepth) elementDepth = 0;
      end(offset + length);
    },
  });
  return { offsets, ends, lines };
}

/**
 * The line of the first character that no JSON has there; of the end of what is written, where more had
 * to follow. A comma before a closing bracket is itself one too much.
 *
 * @param text not valid JSON
 */
export function faultLine(text: string): number {
  const end = text.trimEnd().length;
  let fault: number | undefined;
  let comma: number | undefined;
  visitDeep(text, {
    onSeparator(character, offset) {
      if (fault === undefined && character === ',') comma = offset;
    },
    onError(_code, offset) {
      fault ??= offset;
    },
  });
  if (fault === undefined || fault > end) return lineAt(text, end);
  const isCommaTooMuch =
    comma !== undefined &&
    /[\]}]/.test(text.charAt(fault)) &&
    text.slice(comma + 1, fault).trim() === '';
  return lineAt(text, isCommaTooMuch ? (comma ?? fault) : fault);
}

/** Visits all of a text; where it is nested deeper than the stack is, as far as the stack allows. */
function visitDeep(text: string, visitor: JSONVisitor): void {
  try {
    visit(text, visitor, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
