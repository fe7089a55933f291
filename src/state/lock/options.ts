import type { Clock } from '../../http/deadline.ts';
import type { OwnMarks, Uptime } from './in-flight.ts';

/** Who reads a report: `scripts` have --json or --quiet, and see long waits only. */
type Readers = 'people' | 'scripts' | 'all';

/** Processes of this machine. */
export interface Processes extends Uptime {
  /** What this process is known by, on this machine and on no other. */
  readonly self: string;
  /** False only if it is certain that the process is gone. */
  isAlive(id: string): boolean;
}

export interface LockOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds left for the whole command. */
  readonly remaining: () => number;
  readonly report: (message: string, to: Readers) => void;
  /** Absent: the lock of a killed process is waited for until it has no heartbeat. */
  readonly processes?: Processes | undefined;
  /** The in-flight marks of this run; absent: this kind of server needs none. */
  readonly marks?: OwnMarks | undefined;
}
