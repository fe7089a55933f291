import { commandGroup } from '../../../cli/command-group.ts';
import { register as list } from './list.ts';
import { register as show } from './show.ts';
import { register as create } from './create.ts';
import { register as edit } from './edit.ts';
import { register as remove } from './delete.ts';

export const register = commandGroup(
  'users',
  'List, show, create, edit and delete users (ProGet).',
  [list, show, create, edit, remove],
);
