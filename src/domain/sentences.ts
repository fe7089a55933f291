/**
 * Texts as sentences, one behind the other: one that ends without a full stop gets one, unless it is the
 * last. What follows the words of a server does not read as theirs.
 */
export function sentences(...texts: readonly (string | undefined)[]): string {
  const present = texts.flatMap((text) => (text === undefined || text === '' ? [] : text));
  const last = present.length - 1;
  return present
    .map((text, at) => (at === last || /[.!?:;,\u2026]$/.test(text) ? text : `${text}.`))
    .join(' ');
}

/** The names that may be meant by one that is not there, as a question; undefined where there are none. */
export function didYouMean(near: readonly string[]): string | undefined {
  return near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
}
