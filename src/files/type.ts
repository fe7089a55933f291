import type { MemberType } from '../domain/group.ts';
import { shortened } from '../domain/shorten.ts';
import type { Problem } from './problems.ts';

/** What a `Type` says: `user`, `identity`, or nothing; any case. */
export function typeOf(text: string): { readonly type?: MemberType } | Problem {
  const word = text.trim().toLowerCase();
  if (word === '') return {};
  if (word === 'user' || word === 'identity') return { type: word };
  return {
    code: 'bad-type',
    message: `the type ${shortened(text.trim())} is neither user nor identity`,
    hint: 'Write user, identity or nothing there; if the column is about something else, rename it.',
  };
}
