import { expect, it } from 'vitest';
import { calendarDay } from '../../src/domain/calendar-day.ts';

it.each([
  ['2031-01-31', '2031-01-31'],
  ['2031/01/31', '2031-01-31'],
  ['2031-1-31', '2031-01-31'],
  ['2031/8/1', '2031-08-01'],
  ['2028-02-29', '2028-02-29'],
  ['2031-02-29', undefined],
  ['2031-02-30', undefined],
  ['2031/2/30', undefined],
  ['2031-13-01', undefined],
  ['2031-1/31', undefined],
  ['2031-001-31', undefined],
  ['31/1/2031', undefined],
  ['2031-01-31T00:00', undefined],
  ['x2031-01-31', undefined],
  ['+002031-01-31', undefined],
  ['soon', undefined],
])('%s is this day of the calendar: %s', (text, day) => {
  expect(calendarDay(text)).toBe(day);
});
