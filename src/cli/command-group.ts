import type { Register } from './verb.ts';

/** A word that does nothing itself: the commands below it are made when it is typed. */
export function commandGroup(
  name: string,
  description: string,
  below: readonly Register[],
): Register {
  return (parent, start) => {
    const group = parent.command(name);
    group.description(description);
    group.later(() => {
      for (const register of below) register(group, start);
    });
  };
}
