import type { Clock } from '../../http/deadline.ts';
import type { MarkedWrite, SentWrite } from '../../state/lock/in-flight.ts';
import type { WriteIntent } from '../change-port.ts';
import type { RefusalScope } from './member-store.ts';

/** What sending one change works with. */
export interface DeliverOptions {
  readonly groupId: string;
  readonly groupName: string;
  readonly clock: Clock;
  readonly refusals: RefusalScope;
  readonly signal: AbortSignal;
  /** Records the intent before anything else; what it throws ends the run. */
  readonly beforeSend: (intent: WriteIntent) => Promise<void>;
  /** Marks the call as in flight. */
  readonly mark: (write: MarkedWrite) => SentWrite;
  readonly intentFailed: (error: unknown) => void;
}
