/** Pages that do not add up: the server sorts by first name alone. */

/**
 * How far equal rows have moved on a page, for each row of its offset. On the recorded server two
 * pages of 100, all of one first name, held 127 different rows: the second showed 73 of the first.
 */
const DRIFT = 0.73;

/**
 * One page of a sorted list as the database hands it out: rows that compare equal come in an order
 * that depends on the offset, so that on a run of them over several pages some rows come twice and
 * others never do, the same ones each time (contract, Finding users). A run that lies within the
 * page is whole.
 */
export function unstablePage<T>(
  rows: readonly T[],
  offset: number,
  limit: number,
  isEqual: (a: T, b: T) => boolean,
): T[] {
  const first = Math.floor(offset);
  const end = Math.min(rows.length, first + limit);
  const drift = Math.floor(first * DRIFT);
  const page: T[] = [];
  for (let at = first; at < end;) {
    const [from, to] = runAround(rows, at, isEqual);
    const size = to - from;
    for (; at < Math.min(to, end); at += 1) {
      const place = (((at - from - drift) % size) + size) % size;
      const row = rows[from + place];
      if (row !== undefined) page.push(row);
    }
  }
  return page;
}

/** The run of equal rows a place is in: its first place, and the one after its last. */
function runAround<T>(
  rows: readonly T[],
  at: number,
  isEqual: (a: T, b: T) => boolean,
): [from: number, to: number] {
  const row = rows[at] as T;
  let from = at;
  let to = at + 1;
  while (from > 0 && isEqual(rows[from - 1] as T, row)) from -= 1;
  while (to < rows.length && isEqual(rows[to] as T, row)) to += 1;
  return [from, to];
}

/**
 * SQL's `ILIKE '%…%'` on text in lower case: `%` is any characters, `_` one, and a backslash takes
 * the next as it is.
 */
export function likeMatcher(substring: string): (lowerCase: string) => boolean {
  const wanted = substring.toLowerCase();
  if (!/[%_\\]/.test(wanted)) return (text) => text.includes(wanted);
  let pattern = '';
  const points = Array.from(`%${wanted}%`);
  for (let at = 0; at < points.length; at += 1) {
    const point = points[at] ?? '';
    if (point === '%') pattern += '.*';
    else if (point === '_') pattern += '.';
    else {
      if (point === '\\') at += 1;
      pattern += (points[at] ?? '').replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
    }
  }
  const expression = new RegExp(`^${pattern}$`, 'su');
  return (text) => expression.test(text);
}
