import type { Option } from 'commander';

const COLLECTORS = new WeakSet<Option>();

/** Marks an option that may be repeated. */
export function collector(option: Option): Option {
  COLLECTORS.add(option);
  return option.argParser<string[]>((value, previous) => {
    // The list is made for this command line: copying it each time is quadratic in its length.
    const list = (previous as string[] | undefined) ?? [];
    list.push(value);
    return list;
  });
}

/** True for an option that may be repeated. */
export function isCollector(option: Option): boolean {
  return COLLECTORS.has(option);
}
