import type { OptionAdder } from '../../../../cli/option-adder.ts';

/** One of them names the person. */
export const PERSON = ['--member', '--identity'] as const;

/** The options of commands about one person, on one server or on all. */
export function addPersonOptions(add: OptionAdder): void {
  add.value('--member <name>', 'the person');
  add.value('--identity <id>', 'a machine identity, by ID (Infisical)');
  add.flag('--all-sources', 'ask every saved source');
}
