import type { OutputStream } from './io.ts';

/** Colours for a terminal; off it, or with --no-color, text stays as it is. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

const plain = (text: string): string => text;

export const PLAIN: Style = { good: plain, bad: plain, faint: plain };

/** Loads chalk only where there is something to colour. */
export async function styleFor(stream: OutputStream, color: boolean): Promise<Style> {
  if (!color || !stream.isTTY) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    faint: (text) => chalk.dim(text),
  };
}

/** --no-color, NO_COLOR (any value that is not empty) and TERM=dumb switch colours off. */
export function wantsColor(
  option: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (option === false) return false;
  return !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
