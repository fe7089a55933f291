/**
 * A pattern with properties of Unicode (`\p{L}`), made when it is first used: V8 takes 1 to 2 ms for
 * each, even for a literal in a function that never runs.
 *
 * @returns the pattern; the same object each time
 */
export function unicodePattern(source: string, flags: string): () => RegExp {
  let pattern: RegExp | undefined;
  return () => (pattern ??= new RegExp(source, flags));
}
