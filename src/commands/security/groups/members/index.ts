import type { AppCommand } from '../../../../cli/command.ts';
import type { Start } from '../../../../cli/verb.ts';
import { register as add } from './add.ts';
import { register as copy } from './copy.ts';
import { register as list } from './list.ts';
import { register as offboard } from './offboard.ts';
import { register as remove } from './remove.ts';
import { register as where } from './where.ts';
import { register as sync } from './sync.ts';

export function register(parent: AppCommand, start: Start): void {
  const members = parent.command('members');
  members.description('List and change group members.');
  members.later(() => {
    for (const verb of [list, add, remove, sync, copy, where, offboard]) verb(members, start);
  });
}
