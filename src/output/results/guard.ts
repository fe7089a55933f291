import type { GuardStop } from '../../domain/guards.ts';
import { quotedIfPadded } from '../../domain/shorten.ts';

/** What a guard objects to, in words, and the option that allows it. */
export interface GuardWords {
  readonly message: string;
  readonly option: string;
}

const OPTIONS: Readonly<Record<GuardStop['limit'], string>> = {
  allowSelf: '--allow-self',
  allowProtected: '--allow-protected',
  allowEmpty: '--allow-empty',
  maxRemovalPercent: '--max-removal-percent',
  maxRemovals: '--max-removals',
};

/** The words for one objection to a change of this group. */
export function guardWords(stop: GuardStop, groupName: string): GuardWords {
  const option = OPTIONS[stop.limit];
  switch (stop.code) {
    case 'removes-self': {
      const who = `${listed(stop.members)} is the account that groupctl itself uses`;
      return { message: `${who}, and would be removed from ${groupName}`, option };
    }
    case 'protected-member': {
      const who = `${listed(stop.members)} is protected`;
      return { message: `${who} and would be removed from ${groupName}`, option };
    }
    case 'would-empty-group':
      return { message: `${groupName} would be left without any member`, option };
    case 'too-many-removals': {
      const { limit, allowed, needed, removed, members } = stop;
      const isShare = limit === 'maxRemovalPercent';
      const count = isShare ? `${removed} of ${membersOf(members)}` : membersOf(removed);
      const most = isShare ? `${allowed} %` : String(allowed);
      const message = `${count} would be removed from ${groupName}, more than ${most}`;
      return { message, option: `${option}=${needed}` };
    }
  }
}

function membersOf(count: number): string {
  return count === 1 ? '1 member' : `${count} members`;
}

/** How many names a sentence takes. */
const NAMED = 5;

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).map(quotedIfPadded).join(', ')}${more}`;
}
