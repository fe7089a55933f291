import { styleText } from 'node:util';
import type { OutputStream } from './io.ts';

/** Colours for a terminal; off it, or with --no-color, text stays as it is. */
export type Style = Readonly<Record<Tone, (text: string) => string>>;

type Tone = 'good' | 'bad' | 'faint';

/** A line for a person, in a colour where there are colours; who prints it makes it safe. */
export type Line = string | { readonly text: string; readonly tone: Tone };

const COLORS = { good: 'green', bad: 'red', faint: 'dim' } as const;

const plain = (text: string): string => text;
export const PLAIN: Style = { good: plain, bad: plain, faint: plain };

/** Without that option newer versions of Node go by standard output, and not by the stream. */
const color = styleText as (
  format: string,
  text: string,
  options: { validateStream: boolean },
) => string;

export function styleFor(stream: OutputStream, wanted: boolean): Style {
  if (!wanted || !stream.isTTY) return PLAIN;
  const paint =
    (tone: Tone) =>
    (text: string): string =>
      color(COLORS[tone], text, { validateStream: false });
  return { good: paint('good'), bad: paint('bad'), faint: paint('faint') };
}

/** The text of a line, made safe by `clean` before it has colours. */
export function painted(line: Line, style: Style, clean = plain): string {
  return typeof line === 'string' ? clean(line) : style[line.tone](clean(line.text));
}

/** --no-color, NO_COLOR (any value that is not empty) and TERM=dumb switch colours off. */
export function wantsColor(
  option: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (option === false) return false;
  return !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
