import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';

/** Answers of servers that are one page of several. */

/** `@odata.nextLink`, `next`, `nextPageToken`, `next_cursor`, `hasMore` */
const NEXT =
  /^(?:.*next_?link|next|next_?(?:page|url|href|cursor|marker|token|page_?token)|has_?(?:more|next)(?:_?(?:items|pages?))?|more|truncated|is_?truncated)$/i;
/** `isLastPage`: false where more follow. */
const LAST = /^(?:is_?)?last(?:_?page)?$/i;
/** `@odata.count`, `totalResults`: how many there are on all pages. */
const COUNT =
  /^(?:.*odata\.count|count|total(?:_?(?:count|results|items|elements|size|records|hits))?)$/i;

/**
 * A page of a list is no list: sync would remove everybody on the other pages.
 *
 * @param answer an object with the page as `value`
 * @throws usage (2), `more-pages`
 */
export function assertLastPage(answer: object, page: readonly unknown[], file: string): void {
  for (const [key, value] of entriesOf(answer)) {
    if (LAST.test(key) ? value === false : NEXT.test(key) && saysMore(value)) {
      throw morePagesError(file, `and more follow (${key})`);
    }
    if (COUNT.test(key) && Number(value) > page.length) {
      throw morePagesError(file, `with ${page.length} of ${Number(value)} entries (${key})`);
    }
  }
}

/** Its own, and those of an object about the pages (`paging`, `meta`). */
function entriesOf(answer: object): [string, unknown][] {
  return Object.entries(answer).flatMap(([key, value]: [string, unknown]) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? [[key, value], ...Object.entries(value)] : [[key, value]];
  });
}

function saysMore(value: unknown): boolean {
  return value !== null && value !== '' && value !== false && value !== 0;
}

function morePagesError(file: string, why: string): GroupctlError {
  return fileError(
    'more-pages',
    `${file} is one page of a list, ${why}.`,
    { file, line: 1 },
    'Fetch all pages, and put them into one array.',
  );
}
