import type { MemberChange } from '../../domain/change.ts';
import type { PlanPlace } from '../../domain/place.ts';
import { quotedIfPadded } from '../../domain/shorten.ts';
import type { Line } from '../style.ts';

/** A plan, as a person sees it before a question or as the result of a dry run. */

/** `Source "prod" (https://…), group "Developers", file "team.csv" (column "Username")` */
export function placeLine(
  { source, url, file, column }: PlanPlace,
  group: string | undefined,
): string {
  return [
    source === url ? `Server ${url}` : `Source "${source}" (${url})`,
    ...(group === undefined ? [] : [`group "${group}"`]),
    ...(file === undefined ? [] : [`file "${file}"`]),
  ]
    .join(', ')
    .concat(column === undefined ? '' : ` (column "${column}")`);
}

/** `+ jsmith` in green, `- mbrown` in red; as the server has the name, for who prints it to make safe. */
export function changeLine({ op, member }: Pick<MemberChange, 'op' | 'member'>, note = ''): Line {
  const isAdd = op === 'add';
  const text = `${isAdd ? '+' : '-'} ${quotedIfPadded(member)}${note}`;
  return { text, tone: isAdd ? 'good' : 'bad' };
}

/** How many lines of a difference a person is shown. */
const SHOWN = 40;

/**
 * The rows that are shown of a long difference: half of the room is for removals, as they are what a
 * person has to see.
 *
 * @param all `--all`: every row
 * @returns the rows, and how many are left out
 */
export function rowsToShow<T>(
  add: readonly T[],
  remove: readonly T[],
  all: boolean,
): { add: readonly T[]; remove: readonly T[]; more: number } {
  const total = add.length + remove.length;
  if (all || total <= SHOWN) return { add, remove, more: 0 };
  const removals = Math.min(remove.length, Math.max(SHOWN / 2, SHOWN - add.length));
  const additions = Math.min(add.length, SHOWN - removals);
  return {
    add: add.slice(0, additions),
    remove: remove.slice(0, removals),
    more: total - additions - removals,
  };
}

/** `… and 5,360 more (--all shows them)` */
export function moreLine(count: number): Line {
  const number = count.toLocaleString('en-US');
  return { text: `… and ${number} more (--all shows them)`, tone: 'faint' };
}

/** The lines of a plan: additions, then removals. */
export function planLines(changes: readonly MemberChange[], all: boolean): Line[] {
  const of = (op: MemberChange['op']): MemberChange[] => changes.filter((row) => row.op === op);
  const { add, remove, more } = rowsToShow(of('add'), of('remove'), all);
  return [
    ...[...add, ...remove].map((row) => changeLine(row)),
    ...(more === 0 ? [] : [moreLine(more)]),
  ];
}
