import { calendarDay } from '../../domain/calendar-day.ts';
import { invalidValueError } from '../../cli/option-adder.ts';
import { usageError } from '../../errors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  m: HOUR_MS / 60,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/**
 * An age as typed, in milliseconds: `12h`, `90d`, `2w`, or how long ago a date was. Dates are in UTC, as
 * groupctl prints them; without a time one is where that day begins.
 *
 * @param units not `m` where runs are deleted: minutes may be meant as months
 * @throws usage (2)
 */
export function parseAge(
  option: string,
  text: string,
  now: number,
  units: 'mhdw' | 'hdw' = 'hdw',
): number {
  const typed = text.trim();
  const [, count = '', unit = ''] = /^(\d{1,6})([a-z])$/i.exec(typed) ?? [];
  const unitMs = units.includes(unit.toLowerCase()) ? UNIT_MS[unit.toLowerCase()] : undefined;
  if (unitMs !== undefined) return Number(count) * unitMs;
  const at = parseDate(typed);
  if (at === undefined) {
    const ages = units === 'mhdw' ? '2w, 7d, 12h, 30m' : '90d, 12h, 2w';
    throw invalidValueError(option, text, `Use an age (${ages}) or a date (2025-12-31).`);
  }
  if (at > now) {
    throw usageError(`The date of ${option} is in the future: ${JSON.stringify(text)}.`);
  }
  return now - at;
}

function parseDate(typed: string): number | undefined {
  const [, date = '', time = 'T00:00', zone = 'Z'] = DATE.exec(typed) ?? [];
  const day = calendarDay(date);
  if (day === undefined) return undefined;
  const at = new Date(`${day}${time}${zone}`).getTime();
  return Number.isNaN(at) ? undefined : at;
}

const DATE = /^([\d/-]+)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i;

/** The last moment of a day without a time; of anything else the moment itself. */
export function endOfDay(typed: string, at: number): number {
  return calendarDay(typed.trim()) !== undefined ? at + DAY_MS - 1 : at;
}
