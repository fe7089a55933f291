import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as list } from './list.ts';
import { register as show } from './show.ts';
import { register as create } from './create.ts';
import { register as edit } from './edit.ts';
import { register as remove } from './delete.ts';

export function register(parent: AppCommand, start: Start): void {
  const users = parent.command('users');
  users.description('List, show, create, edit and delete users (ProGet).');
  users.later(() => {
    for (const verb of [list, show, create, edit, remove]) verb(users, start);
  });
}
