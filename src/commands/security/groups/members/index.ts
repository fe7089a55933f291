import type { AppCommand } from '../../../../command.ts';
import type { Start } from '../../../../leaf.ts';
import { register as add } from './add.ts';
import { register as list } from './list.ts';
import { register as remove } from './remove.ts';

export function register(parent: AppCommand, start: Start): void {
  const members = parent.command('members');
  members.description('Who is in a group.');
  members.later(() => {
    for (const verb of [list, add, remove]) verb(members, start);
  });
}
