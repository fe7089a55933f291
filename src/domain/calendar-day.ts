/**
 * Whether a text such as `2031-01-31` is a day of the calendar. `Date` alone reads the 31st of February as
 * the 3rd of March.
 */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
