/** The nearest right word to a wrong one. It is only suggested, never used. */

/**
 * At most `limit` candidates that are near enough to be meant, nearest first.
 *
 * @param distance the edit distance of two strings (fastest-levenshtein), given by the caller
 */
export function nearest(
  typed: string,
  candidates: Iterable<string>,
  distance: (a: string, b: string) => number,
  limit = 3,
): string[] {
  const wanted = typed.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const near: { candidate: string; far: number }[] = [];
  for (const candidate of candidates) {
    // The distance is at least the difference in length: spares most of 10,000 comparisons.
    if (Math.abs(candidate.length - wanted.length) > most) continue;
    const far = distance(wanted, candidate.toLowerCase());
    if (far <= most) near.push({ candidate, far });
  }
  near.sort((a, b) => a.far - b.far);
  return near.slice(0, limit).map(({ candidate }) => candidate);
}
