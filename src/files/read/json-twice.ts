import { shortened } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import { lineAt } from './decode.ts';
import { fileError } from '../file-error.ts';

/** A text, with the colon behind it where it is a key, or a bracket of an object. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/gs;

/**
 * JSON.parse keeps the last value of a key that an object has twice: who the others are is not said.
 *
 * @param text valid JSON, or a line of it after the other
 * @throws usage (2), `bad-row`: an object has a key twice
 */
export function assertOnce(text: string, file: string): void {
  /** The keys of the objects that are open; kept for the next of the same depth. */
  const open: Set<string>[] = [];
  let depth = -1;
  for (const { 0: token, 1: colon, index } of text.matchAll(TOKEN)) {
    if (token === '{') (open[++depth] ??= new Set()).clear();
    else if (token === '}') depth--;
    else if (colon !== undefined) {
      const quoted = token.slice(0, token.length - colon.length);
      const key = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
      const keys = open[depth];
      if (keys?.has(key) === true) throw keyTwiceError(file, lineAt(text, index), key);
      keys?.add(key);
    }
  }
}

function keyTwiceError(file: string, line: number, key: string): GroupctlError {
  return fileError(
    'bad-row',
    `${file}, line ${line}: one object has the key ${shortened(key)} twice.`,
    { file, line, column: key },
    'Delete or rename one of them.',
  );
}
