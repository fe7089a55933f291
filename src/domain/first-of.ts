/** `a, b, c, d, e, …`: the first of a list, for a sentence. */
export function firstOf<T>(
  all: readonly T[],
  say: (each: T) => string,
  count = 5,
  between = ', ',
): string {
  return `${all.slice(0, count).map(say).join(between)}${all.length > count ? ', …' : ''}`;
}

/** `a, b, c, d, e, and 3 more` */
export function firstAndMore<T>(all: readonly T[], say: (each: T) => string, count = 5): string {
  const more = all.length > count ? `, and ${all.length - count} more` : '';
  return `${all.slice(0, count).map(say).join(', ')}${more}`;
}
