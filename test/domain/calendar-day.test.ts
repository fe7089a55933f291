import { expect, it } from 'vitest';
import { isCalendarDay } from '../../src/domain/calendar-day.ts';

it.each([
  ['2031-01-31', true],
  ['2028-02-29', true],
  ['2031-02-29', false],
  ['2031-02-30', false],
  ['2031-13-01', false],
  ['2031-1-31', false],
  ['2031-01-31T00:00', false],
  ['x2031-01-31', false],
  ['+002031-01-31', false],
  ['soon', false],
])('%s is a day of the calendar: %s', (text, is) => {
  expect(isCalendarDay(text)).toBe(is);
});
