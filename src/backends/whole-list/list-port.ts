import type { ListChange } from '../../domain/merge.ts';
import type { Accounts } from '../../domain/names.ts';
import type { GroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { Written } from '../change-port.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { MarkedWrite } from '../../state/lock/in-flight.ts';

/** What converge.ts works on and what it comes back with. */

/** A list that is replaced whole. */
export interface ListPort {
  /** The members now; throws not-found when the group is gone, or what the network threw. */
  read(): Promise<readonly string[]>;
  /**
   * Replaces the list. Resolves when the server accepted it, throws otherwise.
   *
   * @param onSend called when the request is handed over: what fails before had no effect
   */
  write(members: readonly string[], todo: readonly ListChange[], onSend: () => void): Promise<void>;
  /** Takes the lock again, and waits for writes of other runs that may still take effect. */
  lock(): Promise<HeldLock>;
  /** Waits as a 429 asked; throws when there is no time for it. */
  waitOut(error: GroupctlError): Promise<void>;
}

export interface ConvergeOptions<T> {
  readonly clock: Clock;
  /** Milliseconds that the change must stay visible; 0: one read-back. */
  readonly settleMs: number;
  /** Milliseconds after the first write at which the run gives up. */
  readonly limitMs: number;
  /** Aborted by an interrupt: no new write, what is under way is finished. */
  readonly signal: AbortSignal;
  /** The accounts that the server lists, where they are known. */
  readonly accounts?: Accounts | undefined;
  /** Called when the server accepted a write, before it is read back. */
  onListAccepted?(): void;
  /** Called when a write does not show, or no longer does, and is made again. */
  onRewrite?(): void;
  /** Before each write; when it throws, nothing is sent. */
  beforeWrite(todo: readonly T[], about: AboutWrite): Promise<void>;
}

/** A write that is about to be made. */
interface AboutWrite {
  /** The list it is merged into. */
  readonly base: readonly string[];
  readonly before: Written;
  /** What its in-flight mark will say. */
  readonly write: MarkedWrite;
}

/** The members at one moment. */
export interface Base {
  readonly members: readonly string[];
  /** When the read began, milliseconds. */
  readonly readAt: number;
}

/** A read of the list: the members, or why there are none. */
export type ListRead =
  Base | { readonly kind: 'unreadable' | 'group-gone' | 'stopped'; readonly error: GroupctlError };

export function isBase(read: ListRead): read is Base {
  return 'members' in read;
}

/** How it ended; rows that are in neither list are there, and were seen. */
export interface Convergence<T> {
  /** Changes that the last read did not show, or that could not be read. */
  readonly missing: readonly T[];
  /** Why they are missing. */
  readonly reason?: Reason;
  /** Changes that are there though no write of this run carried them: somebody else made them. */
  readonly byOthers?: readonly T[];
  /** False: the server was never sent a write that it can have acted on. */
  readonly sent: boolean;
  /** True: a write was sent and not answered, so that what is missing may still come. */
  readonly mayStillApply?: boolean;
  /** The longest time from reading to the answer of the write was longer than the settle time. */
  readonly lateWrite: boolean;
}

export type Reason =
  /** The server answered a write with an error; `carried`: what was in that write, if not all. */
  | {
      readonly kind: 'answered';
      readonly error: GroupctlError;
      readonly carried?: readonly ListChange[];
    }
  /** The group was deleted meanwhile. */
  | { readonly kind: 'group-gone'; readonly error: GroupctlError }
  /** Nothing reached the server, or it never took effect however often it was sent. */
  | { readonly kind: 'not-done'; readonly error: GroupctlError }
  /** Sent, and whether it took effect cannot be read. */
  | { readonly kind: 'unreadable'; readonly error: GroupctlError }
  /** Accepted, and the server shows the same list without it after each write. */
  | {
      readonly kind: 'not-kept';
      /** The members before the first write. */
      readonly before: readonly string[];
      /** The members that the server shows. */
      readonly members: readonly string[];
    }
  /** Accepted, and others kept overwriting it until the time was up. */
  | { readonly kind: 'not-settled' }
  /** groupctl itself ended it after a write: no lock, a guard, no time left. */
  | { readonly kind: 'stopped'; readonly error: GroupctlError }
  | { readonly kind: 'interrupted' };
