import type { Option } from 'commander';

const MAY_BE_EMPTY = new WeakSet<Option>();

/** Marks an option whose empty value clears a field, as in pgutil; all others refuse one. */
export function takingEmpty(option: Option): Option {
  MAY_BE_EMPTY.add(option);
  return option;
}

export function mayBeEmpty(option: Option): boolean {
  return MAY_BE_EMPTY.has(option);
}
