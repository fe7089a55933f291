import { SUMMARIES } from '../../cli/root-help.ts';
import { commandGroup } from '../../cli/command-group.ts';
import { register as list } from './list.ts';
import { register as create } from './create/index.ts';
import { register as remove } from './delete.ts';

export const register = commandGroup('apikeys', SUMMARIES.apikeys, [list, create, remove]);
