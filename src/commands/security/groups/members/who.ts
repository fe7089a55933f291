import type { MemberRef } from '../../../../domain/group.ts';
import type { OptionAdder } from '../../../../leaf.ts';

/** Whom a command is about: people by name, machine identities by id. */

/** One of these has to be there. */
export const WHO = ['--member', '--identity'] as const;

export function addWhoOptions(add: OptionAdder, purpose: string): void {
  add.collect(
    '--member <name>',
    `whom ${purpose}; may be repeated (this or --identity is required)`,
  );
  add.collect('--identity <id>', `machine identity ${purpose}, by id (Infisical); may be repeated`);
}

export function whoFrom(options: {
  readonly member?: readonly string[];
  readonly identity?: readonly string[];
}): MemberRef[] {
  const { member = [], identity = [] } = options;
  return [
    ...member.map((name) => ({ type: 'user', name }) as const),
    ...identity.map((name) => ({ type: 'identity', name }) as const),
  ];
}
