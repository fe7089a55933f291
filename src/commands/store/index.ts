import { SUMMARIES } from '../../cli/root-help.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as importRuns } from './import.ts';
import { register as init } from './init.ts';
import { register as prune } from './prune.ts';
import { register as status } from './status.ts';
import { register as unlock } from './unlock.ts';

export function register(parent: AppCommand, start: Start): void {
  const store = parent.command('store');
  store.description(SUMMARIES.store);
  store.later(() => {
    for (const verb of [init, status, unlock, prune, importRuns]) verb(store, start);
  });
}
