import type { OptionAdder } from '../../cli/verb.ts';

export function addStoreSource(add: OptionAdder): void {
  add.value('--source <name>', 'a source with a shared store (default: GROUPCTL_STORE)');
}

export const STORE_EXIT_CODES = [
  [0, 'done'],
  [2, 'usage; no shared store is set, or it was not initialized'],
  [3, 'the store rejected the user, or the user has no permission'],
  [6, 'the store cannot be reached'],
] as const;
