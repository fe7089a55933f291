import type { Dialect } from '../../domain/source.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { WriteTimes } from '../whole-list/change-whole-list.ts';
import type { ProgetApi } from './api.ts';
import type { ProgetReader } from './reader.ts';

export interface ProgetWriting extends WriteTimes {
  readonly api: ProgetApi;
  readonly reader: ProgetReader;
  readonly dialect: Dialect;
  /** A warning that does not stop the run. */
  readonly warn: (message: string) => void;
  readonly lock: (groupName: string) => Promise<HeldLock>;
}
