import { isCalendarDay } from '../../domain/calendar-day.ts';
import { harmless } from '../../domain/shorten.ts';
import { usageError } from '../../errors.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
};

/**
 * An age as typed, in milliseconds: `12h`, `90d`, `2w`, or how long ago a date was. A date without a
 * time is where that day begins here.
 *
 * @throws usage (2)
 */
export function parseAge(option: string, text: string, now: number): number {
  const typed = text.trim();
  const [, count = '', unit = ''] = /^(\d{1,6})([hdw])$/i.exec(typed) ?? [];
  const unitMs = UNIT_MS[unit.toLowerCase()];
  if (unitMs !== undefined) return Number(count) * unitMs;
  const at = parseDate(typed);
  if (at === undefined) {
    throw usageError(
      `The option ${option} takes an age (90d, 12h, 2w) or a date (2025-12-31), not ${JSON.stringify(harmless(text))}.`,
    );
  }
  if (at > now) {
    throw usageError(`The date of ${option} is in the future: ${JSON.stringify(text)}.`);
  }
  return now - at;
}

function parseDate(typed: string): number | undefined {
  const day = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d.*)?$/i.exec(typed)?.[1];
  if (day === undefined || !isCalendarDay(day)) return undefined;
  const at = new Date(day === typed ? `${day}T00:00` : typed).getTime();
  return Number.isNaN(at) ? undefined : at;
}
