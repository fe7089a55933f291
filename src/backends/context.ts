import type { Source } from '../domain/source.ts';
import type { Clock, Deadline } from '../http/deadline.ts';
import type { HoldsSecret } from '../http/echo.ts';
import type { HeldLock } from '../state/lock/held-lock.ts';
import type { HttpOptions } from '../http/client.ts';

/** What every backend is given; each takes what it needs. */
export interface BackendContext {
  readonly source: Source;
  /** The URL to talk to: the source's, or where its sandbox listens. */
  readonly baseUrl: string;
  readonly http: Omit<HttpOptions, 'baseUrl' | 'headers'>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Milliseconds. */
  readonly settleMs: number;
  readonly settleLimitMs: number;
  readonly redact: (text: string) => string;
  /** True if a name that a server shows holds a secret: a name cannot be redacted. */
  readonly holdsSecret: HoldsSecret;
  /** Keeps other runs on this machine from changing that group; `name` is its name for people. */
  readonly lock: (key: string, name?: string) => Promise<HeldLock>;
  readonly trace: (message: string) => void;
  /** A warning that does not stop the run: a token expires soon. */
  readonly warn: (message: string) => void;
  /** Registers a secret that was obtained during the run, so that nothing prints it. */
  readonly secret: (secret: string) => void;
  /** Called with the names of all groups, whenever they are read. */
  readonly onGroups: (names: readonly string[]) => void;
  /** How many writes may be under way at once, where members are written one by one. */
  readonly concurrency: number;
}
