import { commandGroup } from '../../../cli/command-group.ts';
import { register as create } from './create.ts';
import { register as remove } from './delete.ts';
import { register as list } from './list.ts';
import { register as members } from './members/index.ts';

export const register = commandGroup(
  'groups',
  'List, create and delete groups; manage their members.',
  [list, create, remove, members],
);
