/**
 * The day of the calendar of a text such as `2031-01-31` or `2031/1/31`, as `2031-01-31`; undefined: it is none.
 * `Date` alone reads the 31st of February as the 3rd of March.
 */
export function calendarDay(text: string): string | undefined {
  const [, year, separator, month = '', date = ''] =
    /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})$/.exec(text) ?? [];
  if (year === undefined || separator === undefined) return undefined;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const at = new Date(`${day}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}
