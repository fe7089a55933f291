import { SUMMARIES } from '../../cli/root-help.ts';
import { commandGroup } from '../../cli/command-group.ts';
import { register as importRuns } from './import.ts';
import { register as init } from './init.ts';
import { register as prune } from './prune.ts';
import { register as status } from './status.ts';
import { register as unlock } from './unlock.ts';

export const register = commandGroup('store', SUMMARIES.store, [
  init,
  status,
  unlock,
  prune,
  importRuns,
]);
