import type { WriteOptions } from '../../../cli/deps.ts';
import type { GuardOptions } from '../../membership/guard.ts';

export interface RemoveOptions extends WriteOptions, GuardOptions {
  readonly keys?: boolean;
}
