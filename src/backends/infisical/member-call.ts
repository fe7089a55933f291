import type { ChangeOp } from '../../domain/change.ts';

export type MemberPath = 'users' | 'machine-identities';

/** The HTTP method that adds or removes a member. */
export const METHODS = { add: 'POST', remove: 'DELETE' } as const;

/** `POST groups/users`: the call that adds or removes a member, in words for the journal. */
export function memberCall(op: ChangeOp, path: MemberPath): string {
  return `${METHODS[op]} groups/${path}`;
}
