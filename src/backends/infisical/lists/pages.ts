import { isGroupctlError } from '../../../errors.ts';
import { PAGE } from '../api.ts';
import { forEachAtOnce } from '../../shared/at-once.ts';

/** Reading lists page by page. */

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

/** How far a server's pages go, as the run has found out. */
export class OffsetLimit {
  /** An offset that was refused; it and what lies beyond are not asked for again. */
  #refused = Infinity;
  #granted = 0;

  /** True if the offset is worth asking for. */
  allows(offset: number): boolean {
    return offset < this.#refused;
  }

  /** True once the server has shown what an older one refuses. */
  get isLifted(): boolean {
    return this.#granted > PAGE;
  }

  /** A page; undefined where the server refuses its offset. */
  async page<T>(offset: number, fetch: (offset: number) => Promise<T>): Promise<T | undefined> {
    if (!this.allows(offset)) return undefined;
    try {
      const page = await fetch(offset);
      this.#granted = Math.max(this.#granted, offset);
      return page;
    } catch (error) {
      if (!isGroupctlError(error) || error.code !== 'validation') throw error;
      this.#refused = Math.min(this.#refused, offset);
      return undefined;
    }
  }
}

/**
 * The pages after the first, until `seen` says that it is enough, the end, or the offset that an
 * older server refuses (above 100: contract, "Endpoints").
 */
export async function restOfPages<T extends Row>(
  fetch: (offset: number) => Promise<PageOf<T>>,
  first: PageOf<T>,
  { atOnce, offsetLimit }: Paging,
  seen: (page: PageOf<T>) => 'more' | 'enough',
): Promise<void> {
  if (first.rows.length < PAGE || first.total <= PAGE) return;
  const offsets: number[] = [];
  for (let at = PAGE; at < first.total && offsetLimit.allows(at); at += PAGE) offsets.push(at);
  const work = async (at: number): Promise<'more' | 'enough'> => {
    const page = await offsetLimit.page(at, fetch);
    return page === undefined ? 'enough' : seen(page);
  };
  // The second page alone, and others one by one until the server has shown that it allows them.
  let alone = 0;
  for (; alone < offsets.length && (alone === 0 || !offsetLimit.isLifted); alone++) {
    if ((await work(offsets[alone] as number)) === 'enough') return;
  }
  await forEachAtOnce(offsets.slice(alone), atOnce, work);
}

export interface Paging {
  /** Pages that are read at once. */
  readonly atOnce: number;
  readonly offsetLimit: OffsetLimit;
}
