import { commandGroup } from '../../../cli/command-group.ts';
import { register as list } from './list.ts';
import { register as create } from './create.ts';
import { register as remove } from './delete.ts';
import { register as attributes } from './../attributes/index.ts';

export const register = commandGroup('tasks', 'List, create and delete tasks (ProGet).', [
  list,
  create,
  remove,
  attributes,
]);
