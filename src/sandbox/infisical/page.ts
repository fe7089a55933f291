/** What the lists of new servers have in common. */
import { json, type SandboxResponse } from '../http.ts';
import { unstablePage } from './paging.ts';
import type { ListQuery } from './query.ts';

/**
 * A page of a sorted list, under the list's own name. The count comes with the rows: past the end
 * there is none.
 */
export function pageOf<T>(
  name: string,
  rows: readonly T[],
  { offset, limit }: Pick<ListQuery, 'offset' | 'limit'>,
  isEqual: (a: T, b: T) => boolean,
  show: (row: T) => object,
): SandboxResponse {
  const page = unstablePage(rows, offset, limit, isEqual);
  return json({ [name]: page.map(show), totalCount: page.length === 0 ? 0 : rows.length });
}

/** Sorts by a text, character code by character code, in either direction. */
export function byText<T>(
  textOf: (row: T) => string,
  direction: string | undefined,
): (a: T, b: T) => number {
  const sign = direction === 'desc' ? -1 : 1;
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one === other ? 0 : one < other ? -sign : sign;
  };
}
