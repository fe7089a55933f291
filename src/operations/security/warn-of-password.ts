import type { Deps } from '../../cli/deps.ts';

/** What is typed on a command line is in the history of the shell, and others see it while it runs. */
export function warnOfPassword(deps: Deps): void {
  deps.warn('Warning: other users of this computer can see a password on the command line.');
}
