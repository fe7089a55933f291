import { type HeldLock, NO_MARK } from '../../src/state/lock/held-lock.ts';

/** A lock that nobody else wants, on a server where nothing is in flight. */
export const UNCONTESTED_LOCK: HeldLock = {
  isHeld: () => true,
  awaitWrites: () => Promise.resolve(false),
  mark: () => NO_MARK,
  release: () => Promise.resolve(),
};
