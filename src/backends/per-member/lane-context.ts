import type { Clock } from '../../http/deadline.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions } from '../change-port.ts';
import type { RefusalScope } from './member-store.ts';

export interface LaneContext {
  readonly groupId: string;
  readonly groupName: string;
  readonly clock: Clock;
  readonly refusals: RefusalScope;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  readonly options: ChangeOptions;
  readonly lock: Pick<HeldLock, 'isHeld' | 'mark'>;
}
