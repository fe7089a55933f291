import type { IgnoredOption } from '../../backends/kind-info.ts';
import { kindInfo } from '../../backends/kinds.ts';

/** Options that a kind of server has no use for: they are named, and never ignored in silence. */

type Given = Readonly<Partial<Record<IgnoredOption, unknown>>>;

const FLAGS: Readonly<Record<IgnoredOption, string>> = {
  concurrency: '--concurrency',
  verify: '--no-verify',
  settle: '--settle',
  settleLimit: '--settle-limit',
  dialect: '--dialect',
};

/** Options that an engine has no use for. */
const IGNORED = {
  // Lists are sent one after the other, and always read back.
  'whole-list': ['concurrency', 'verify'],
  // There is no list that others could overwrite.
  'per-member': ['settle', 'settleLimit'],
} as const satisfies Record<string, readonly IgnoredOption[]>;

/** Warns of each option that was given and does nothing on this kind of server. */
export function warnIgnored(
  { name, kind }: { readonly name: string; readonly kind: string },
  options: Given,
  warn: (message: string) => void,
): void {
  const info = kindInfo(kind);
  const ignored = info && [...IGNORED[info.engine], ...info.ignoredOptions];
  for (const option of ignored ?? []) {
    // A flag with "no" is false if it was given, and by default true.
    const isGiven = option === 'verify' ? options.verify === false : options[option] !== undefined;
    if (isGiven) warn(`${FLAGS[option]} has no effect: ${name} is ${info?.server ?? kind}.`);
  }
}
