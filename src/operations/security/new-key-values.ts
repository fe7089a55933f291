import { calendarDay } from '../../domain/calendar-day.ts';
import { invalidValueError } from '../../cli/option-adder.ts';
import { harmless } from '../../domain/shorten.ts';
import { usageError } from '../../errors.ts';

/** What the options of a new API key may say. */

/**
 * A day, also as the list of keys has it (`2031-01-31T00:00:00`). A key is valid until that day begins.
 *
 * @throws usage (2) for another text, and for a day that has begun
 */
export function expirationOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const day = calendarDay(text.trim().replace(/T00:00:00$/, ''));
  if (day === undefined) {
    throw usageError(
      `The option --expiration takes a date, such as 2031-01-31, not ${JSON.stringify(harmless(text))}.`,
    );
  }
  if (Date.parse(`${day}T24:00Z`) <= now)
    throw usageError(`The day ${day} of --expiration is past.`);
  if (Date.parse(`${day}T00:00Z`) <= now) {
    throw usageError(
      `The day ${day} of --expiration is today: the key would have expired already.`,
      'Use a later day.',
    );
  }
  return `${day}T00:00:00`;
}

const FULL_CONTROL = 'full-control';
const SOME_APIS = ['feeds', 'sca', 'sbom-upload'];

/** @throws usage (2) for a word that is no API, and for another one next to full-control */
export function systemApisOf(text = FULL_CONTROL): string[] {
  const hint = `Choose ${FULL_CONTROL}, or one or more of ${SOME_APIS.join(', ')}.`;
  const given = wordsOf('--apis', text, [FULL_CONTROL, ...SOME_APIS], hint);
  if (given.length === 1 || !given.includes(FULL_CONTROL)) return given;
  throw usageError(`The value ${FULL_CONTROL} of --apis stands alone.`, hint);
}

/** @throws usage (2) for a word that is not one of these */
export function wordsOf(
  option: string,
  text: string,
  words: readonly string[],
  hint = `Choose one or more of ${words.join(', ')}.`,
): string[] {
  const typed = text.split(',').map((each) => each.trim().toLowerCase());
  const given = [...new Set(typed.filter((each) => each !== ''))];
  const wrong = given.find((each) => !words.includes(each));
  if (given.length > 0 && wrong === undefined) return given;
  throw invalidValueError(option, wrong ?? text, hint);
}
