import { isGroupctlError } from '../../errors.ts';
import { PAGE } from './api.ts';

/** Reading lists page by page, and calls side by side. */

export interface Row {
  readonly id: string;
  readonly isPartOfGroup: boolean;
}

export interface PageOf<T extends Row> {
  readonly rows: readonly T[];
  /** How many rows there are in all; 0 past the end. */
  readonly total: number;
}

/** One page of a list, or of the part of it whose names hold a substring. */
export type Fetch<T extends Row> = (offset: number, substring?: string) => Promise<PageOf<T>>;

/**
 * The pages after the first, until `seen` says that it is enough, the end, or the offset that an
 * older server refuses (above 100: contract, "Endpoints").
 */
export async function restOfPages<T extends Row>(
  fetch: (offset: number) => Promise<PageOf<T>>,
  first: PageOf<T>,
  atOnce: number,
  seen: (page: PageOf<T>) => 'more' | 'enough',
): Promise<void> {
  if (first.rows.length < PAGE || first.total <= PAGE) return;
  // The second page alone: it may be the last that is to be had.
  const second = await unlessRefused(fetch(PAGE));
  if (second === undefined || seen(second) === 'enough') return;
  const offsets: number[] = [];
  for (let at = 2 * PAGE; at < first.total; at += PAGE) offsets.push(at);
  await forEachAtOnce(offsets, atOnce, async (at) => {
    const page = await unlessRefused(fetch(at));
    return page === undefined || seen(page) === 'enough' ? 'enough' : 'more';
  });
}

async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isGroupctlError(error) && error.code === 'validation') return undefined;
    throw error;
  }
}

/**
 * Does the work for each item, a bounded number at a time; the first failure ends it, and so does
 * the first that says it is enough.
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++] as T;
      try {
        if ((await work(item)) === 'enough') next = items.length;
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, worker);
  const ended = await Promise.allSettled(workers);
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
