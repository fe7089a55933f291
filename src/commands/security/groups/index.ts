import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as create } from './create.ts';
import { register as remove } from './delete.ts';
import { register as list } from './list.ts';
import { register as members } from './members/index.ts';

export function register(parent: AppCommand, start: Start): void {
  const groups = parent.command('groups');
  groups.description('List, create and delete groups; manage their members.');
  groups.later(() => {
    for (const verb of [list, create, remove, members]) verb(groups, start);
  });
}
