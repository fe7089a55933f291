import type { ServerOptions, WriteOptions } from '../../cli/deps.ts';

export interface UndoOptions extends ServerOptions, WriteOptions {
  readonly run: string;
  /** A long plan is shown whole. */
  readonly all?: boolean;
}
