import type { AccountFacts } from '../port.ts';
import type { SecurityAdmin } from '../security-port.ts';
import type { ProgetWriting } from './proget-writing.ts';

/** What the directory of a ProGet server works with. */
export interface ProgetContext extends ProgetWriting {
  /** For --verbose. */
  readonly trace: (message: string) => void;
  readonly accounts: AccountFacts;
  readonly security: SecurityAdmin;
  /** Closes all connections. */
  close(): Promise<void>;
}
