import type { OptionAdder } from '../../cli/option-adder.ts';

export function addStoreSource(add: OptionAdder): void {
  add.value('--source <name>', 'a source with a shared store (default: GROUPCTL_STORE)');
}

export const STORE_EXIT_CODES = [
  [0, 'done'],
  [2, 'usage; no shared store is set, or it is not set up'],
  [3, 'the store rejected the user, or the user has no permission'],
  [4, 'no such source'],
  [6, 'the store cannot be reached'],
] as const;
