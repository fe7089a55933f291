import type { SourceKind } from '../../domain/source.ts';
import type { WriteOptions } from '../../cli/deps.ts';

/** Options that a kind of server has no use for: they are named, and never ignored in silence. */

type Given = Pick<WriteOptions, 'concurrency' | 'verify' | 'settle' | 'settleLimit'> & {
  /** Of `sources add`. */
  readonly dialect?: unknown;
};

const SERVER: Readonly<Record<SourceKind, string>> = {
  proget: 'a ProGet server',
  infisical: 'an Infisical server',
};

/** ProGet is sent whole lists, one after the other, and Infisical one member at a time. */
const IGNORED: Readonly<Record<SourceKind, readonly (readonly [keyof Given, string])[]>> = {
  proget: [
    ['concurrency', '--concurrency'],
    ['verify', '--no-verify'],
  ],
  infisical: [
    ['settle', '--settle'],
    ['settleLimit', '--settle-limit'],
    ['dialect', '--dialect'],
  ],
};

/** Warns of each option that was given and does nothing on this kind of server. */
export function warnIgnored(
  { name, kind }: { readonly name: string; readonly kind: SourceKind },
  options: Given,
  warn: (message: string) => void,
): void {
  for (const [key, flag] of IGNORED[kind]) {
    // A flag with "no" is false if it was given, and by default true.
    const isGiven = key === 'verify' ? options.verify === false : options[key] !== undefined;
    if (isGiven) warn(`${flag} has no effect: ${name} is ${SERVER[kind]}.`);
  }
}
