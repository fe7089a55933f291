/**
 * The words of a command that runs without a shell: separated by spaces, `"…"` and `'…'` keep spaces.
 * A backslash makes the next character literal, but on Windows it is an ordinary character of a path.
 *
 * @returns the words, none for an empty command; a string: the quote that has no end
 */
export function commandWords(command: string, platform: string): string[] | string {
  const escapes = platform !== 'win32';
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at);
    if (char === '\\' && escapes && quote !== "'" && at + 1 < command.length) {
      word = (word ?? '') + command.charAt(++at);
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== undefined) return quote;
  return word === undefined ? words : [...words, word];
}
