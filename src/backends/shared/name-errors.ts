import { didYouMean } from '../../domain/sentences.ts';
import { quote, quotedIfPadded } from '../../domain/shorten.ts';
import type { MemberChange } from '../../domain/change.ts';
import { factsOf, GroupctlError } from '../../errors.ts';

/** Errors of names that nobody has, or that several have. */

export function ambiguousMemberError(
  { requested }: Pick<MemberChange, 'requested'>,
  names: readonly string[],
): GroupctlError {
  const message = `${quote(requested)} can mean ${names.map(quote).join(' or ')}.`;
  return new GroupctlError('ambiguous', message, {
    code: 'ambiguous-member',
    hint: 'Type the name exactly as the server spells it.',
    nothingWritten: true,
    details: { member: requested, candidates: names },
  });
}

/** @param near names of groups like it */
export function noSuchGroupError(ref: string, near: readonly string[]): GroupctlError {
  const hint = didYouMean(near.map(quotedIfPadded));
  return new GroupctlError('not-found', `There is no group named ${quote(ref)}.`, {
    code: 'no-such-group',
    ...(hint === undefined ? { suggest: 'security groups list' } : { hint }),
    details: { group: ref, near },
  });
}

/** @param refusal what the server answered, if it was asked */
export function groupExistsError(message: string, refusal?: GroupctlError): GroupctlError {
  return new GroupctlError('refused', message, {
    ...(refusal && factsOf(refusal)),
    code: 'group-exists',
    hint: undefined,
    nothingWritten: true,
  });
}
