import type { IgnoredOption } from '../../backends/kind-info.ts';
import { ignoredBy, kindInfo } from '../../backends/kinds.ts';

/** Options that a kind of server has no use for: they are named, and never ignored in silence. */

type Given = Readonly<Partial<Record<IgnoredOption, unknown>>>;

const FLAGS: Readonly<Record<IgnoredOption, string>> = {
  concurrency: '--concurrency',
  verify: '--no-verify',
  settle: '--settle',
  settleLimit: '--settle-limit',
  dialect: '--dialect',
};

/** Warns of each option that was given and does nothing on this kind of server. */
export function warnIgnored(
  { name, kind }: { readonly name: string; readonly kind: string },
  options: Given,
  warn: (message: string) => void,
): void {
  const info = kindInfo(kind);
  for (const option of info === undefined ? [] : ignoredBy(info)) {
    // A flag with "no" is false if it was given, and by default true.
    const isGiven = option === 'verify' ? options.verify === false : options[option] !== undefined;
    if (isGiven) warn(`${FLAGS[option]} has no effect: ${name} is ${info?.server ?? kind}.`);
  }
}
