import { GroupctlError } from '../../../errors.ts';
import { PAGE } from '../api.ts';
import { type Fetch, type PageOf, type Paging, restOfPages, type Row } from './pages.ts';
import { Splitter } from './split.ts';
import { CertainRows } from './row-count.ts';

/** A list that is complete, or an error that says how much of it was found. */

interface ListingOptions<T extends Row> extends Paging {
  /** What the list is of, for the error: `members of Developers`. */
  readonly what: () => string;
  readonly fetch: Fetch<T>;
  readonly nameOf: (row: T) => string;
  /** False: the list has no substring to split it by. */
  readonly canSplit: boolean;
}

/** How often a list that changes while it is read is begun again. */
const ROUNDS = 3;

/**
 * Every row of a list, once for each id. A list of one page comes as it was at one moment; a longer
 * one is complete only if its count is the same before and after.
 *
 * @throws protocol (1) `list-incomplete` with `found` and `total`: never a list that is short
 */
export async function listAll<T extends Row>(options: ListingOptions<T>): Promise<T[]> {
  let short: { found: number; total: number; changed: boolean } | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const certain = new CertainRows(options.nameOf);
    const total = await readOnce(options, certain);
    if (total === undefined) return certain.rows();
    const { total: now } = await options.fetch(0);
    if (certain.count === now && now === total) return certain.rows();
    short = { found: certain.count, total: now, changed: now !== total };
    // The list did not change, so another round would find the same.
    if (now === total && certain.count < now) break;
  }
  throw incompleteListError(options.what(), short ?? { found: 0, total: 0, changed: false });
}

/** Returns the count that the list had at first; undefined when one page was the whole of it. */
async function readOnce<T extends Row>(
  { fetch, atOnce, offsetLimit, canSplit }: ListingOptions<T>,
  certain: CertainRows<T>,
): Promise<number | undefined> {
  const first = await fetch(0);
  if (certain.add(first, true)) return undefined;
  const pages = [first];
  let withoutNew = 0;
  await restOfPages(
    (offset) => fetch(offset),
    first,
    { atOnce, offsetLimit },
    (page) => {
      const before = certain.count;
      pages.push(page);
      certain.add(page, false);
      withoutNew = certain.count === before ? withoutNew + 1 : 0;
      // Pages that only repeat earlier rows will keep doing so.
      return certain.count >= first.total || withoutNew > 2 ? 'enough' : 'more';
    },
  );
  if (certain.count < first.total && canSplit && !areAll(pages, certain.count)) {
    await new Splitter(fetch, certain, first.total).run();
  }
  return first.total;
}

/** True if the pages went to the end without repeating a row: a count beyond that is of nothing. */
function areAll<T extends Row>(pages: readonly PageOf<T>[], distinct: number): boolean {
  const [first] = pages;
  const rows = pages.reduce((sum, page) => sum + page.rows.length, 0);
  if (first === undefined || rows > distinct) return false;
  return first.rows.length < PAGE || pages.length === Math.ceil(first.total / PAGE);
}

function incompleteListError(
  what: string,
  { found, total, changed }: { found: number; total: number; changed: boolean },
): GroupctlError {
  const why = changed
    ? 'The list kept changing while it was read.'
    : "The server's pages repeat some rows and never show others.";
  const words =
    found > total && !changed
      ? `The server counts ${total} ${what}, and its list shows ${found}.`
      : `Only ${found} of ${total} ${what} could be found. ${why}`;
  return new GroupctlError('protocol', words, {
    code: 'list-incomplete',
    hint: changed
      ? 'Try again when nobody else changes the group.'
      : 'Adding and removing members does not need the whole list and works all the same.',
    details: { found, total },
  });
}
