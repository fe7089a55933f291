import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as list } from './list.ts';
import { register as prune } from './prune.ts';
import { register as show } from './show.ts';

/** `history` lists the runs; its other verbs stand below it. */
export function register(parent: AppCommand, start: Start): void {
  list(parent, start, [show, prune]);
}
