import { didYouMean, sentences } from '../../domain/sentences.ts';
import { capitalized } from '../../domain/capitalized.ts';
import type { GuardStop } from '../../domain/guards.ts';
import { forShell, inQuotes, quotedIfPadded } from '../../domain/shorten.ts';
import { counted } from '../../domain/counted.ts';
import { firstAndMore } from '../../domain/first-of.ts';

/** An objection with its sentence (without an end), and the option that allows the change. */
export type GuardReport = GuardStop & { readonly message: string; readonly option: string };

const OPTIONS: Readonly<Record<GuardStop['limit'], string>> = {
  allowSelf: '--allow-self',
  allowProtected: '--allow-protected',
  allowEmpty: '--allow-empty',
  maxRemovalPercent: '--max-removal-percent',
  maxRemovals: '--max-removals',
};

/** What the guards object to in a change of this group. */
export function guardReports(stops: readonly GuardStop[], groupName: string): GuardReport[] {
  return stops.map((stop) => ({
    ...stop,
    message: messageOf(stop, groupName),
    option: guardOption(stop),
  }));
}

/** The option that allows the change: `--max-removals=60`. */
export function guardOption(stop: GuardStop): string {
  return stop.code === 'too-many-removals'
    ? `${OPTIONS[stop.limit]}=${stop.needed}`
    : OPTIONS[stop.limit];
}

/** What to do about all of it: which names --protect may mean, and the options that allow it. */
export function guardHint(stops: readonly GuardStop[], options: readonly string[]): string {
  const meant = stops.flatMap((stop) => (stop.code === 'protect-misspelled' ? stop.members : []));
  const protect = [...new Set(meant)].slice(0, 5).map((name) => `--protect=${forShell(name)}`);
  const allow = `If you really want this, run it again with ${[...new Set(options)].join(' ')}.`;
  return sentences(didYouMean(protect), allow);
}

/** `Stopped: this would …. This would ….` */
export function stoppedSentences(messages: readonly string[]): string {
  const [first = '', ...more] = messages;
  const others = more.map((each) => ` ${capitalized(each)}.`);
  return `Stopped: ${first}.${others.join('')}`;
}

function messageOf(stop: GuardStop, groupName: string): string {
  switch (stop.code) {
    case 'removes-self':
      return `this would remove ${firstAndMore(stop.members, quotedIfPadded)}, the account that groupctl itself uses, from ${groupName}`;
    case 'protected-member':
      return `this would remove ${firstAndMore(stop.members, quotedIfPadded)}, which is protected, from ${groupName}`;
    case 'protect-misspelled': {
      const names = stop.names.map(inQuotes).join(' or ');
      return `this would remove ${firstAndMore(stop.members, quotedIfPadded)} from ${groupName}, and no member there has the name ${names} of --protect`;
    }
    case 'would-empty-group':
      return `this would leave ${groupName} without members`;
    case 'too-many-removals': {
      const { limit, allowed, removed, members } = stop;
      return limit === 'maxRemovalPercent'
        ? `this would remove ${removed} of ${counted(members, 'member')} of ${groupName} (${percent(removed, members)} %); the limit is ${allowed} %`
        : `this would remove ${counted(removed, 'member')} of ${groupName}; the limit is ${allowed}`;
    }
  }
}

/** With one digit behind the point, where there is one: `57.1`, `50`. */
function percent(part: number, whole: number): string {
  return String(Math.round((part / whole) * 1000) / 10);
}
