/** The characters of names, to split a list of them by. */

/** The characters that stand next to a text in the names, the most frequent first. */
export function neighbours(
  names: Iterable<string>,
  text: string,
  side: 'left' | 'right',
): string[] {
  const points: string[] = [];
  for (const name of names) {
    for (let at = name.indexOf(text); at !== -1; at = name.indexOf(text, at + 1)) {
      const rest = side === 'left' ? name.slice(0, at) : name.slice(at + text.length);
      const near = Array.from(side === 'left' ? rest.slice(-2) : rest.slice(0, 2));
      const point = side === 'left' ? near.at(-1) : near[0];
      if (point !== undefined) points.push(point);
    }
  }
  return byFrequency(points);
}

/** Each once, the most frequent first. */
export function byFrequency(points: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([point]) => point);
}
