import type { ServerOptions, WriteOptions } from '../../../../cli/deps.ts';
import type { OptionAdder } from '../../../../cli/option-adder.ts';
import type { GuardOptions } from '../../../../operations/membership/guard.ts';
import type { InputOptions } from '../../../../operations/membership/member-input.ts';
import type { MembershipRequest } from '../../../../operations/membership/request.ts';

/** The members of a command: people by name, machine identities by id, or the rows of a file. */

export interface MembershipOptions extends ServerOptions, WriteOptions, InputOptions, GuardOptions {
  readonly name: string;
}

/** The options as what the operation is asked for. */
export function requestFrom(options: MembershipOptions): MembershipRequest {
  const target = { server: options, group: options.name };
  return { target, write: options, guards: options, input: options };
}

/** One of these has to be there. */
export const WHO = ['--member', '--identity', '--file'] as const;

export function addWhoOptions(add: OptionAdder, purpose: string): void {
  add.collect('--member <name>', `member ${purpose}; may be repeated`);
  add.collect('--identity <id>', `machine identity ${purpose}, by ID (Infisical)`);
  add.value('--file <path>', `members ${purpose}: CSV, list or JSON; -: stdin`);
  addFileOptions(add);
}

/**
 * How a file is read, and where the rows go that failed.
 *
 * @param failures what --failures is good for
 */
export function addFileOptions(
  add: OptionAdder,
  failures = 'write the rows that failed to this file',
): void {
  add.choice('--format <format>', 'format of the file', ['csv', 'list', 'json']);
  add.value('--column <name>', 'the column that holds the names');
  add.value('--group-column <name>', 'take only rows of the group by this column');
  add.value('--failures <path>', failures);
}
