import { SUMMARIES } from '../../cli/root-help.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as list } from './list.ts';
import { register as create } from './create/index.ts';
import { register as remove } from './delete.ts';

export function register(parent: AppCommand, start: Start): void {
  const apikeys = parent.command('apikeys');
  apikeys.description(SUMMARIES.apikeys);
  apikeys.later(() => {
    for (const verb of [list, create, remove]) verb(apikeys, start);
  });
}
