import { commandGroup } from '../../../cli/command-group.ts';
import { register as list } from './list.ts';
import { register as add } from './add.ts';
import { register as remove } from './remove.ts';

export const register = commandGroup('permissions', 'List, add and remove permissions (ProGet).', [
  list,
  add,
  remove,
]);
