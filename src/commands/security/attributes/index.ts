import { commandGroup } from '../../../cli/command-group.ts';
import { register as list } from './list.ts';

export const register = commandGroup(
  'attributes',
  'List the attributes that tasks can have (ProGet).',
  [list],
);
