import { commandGroup } from '../../../../cli/command-group.ts';
import { register as add } from './add.ts';
import { register as copy } from './copy.ts';
import { register as list } from './list.ts';
import { register as offboard } from './offboard.ts';
import { register as remove } from './remove.ts';
import { register as where } from './where.ts';
import { register as sync } from './sync.ts';

export const register = commandGroup('members', 'List and change group members.', [
  list,
  add,
  remove,
  sync,
  copy,
  where,
  offboard,
]);
