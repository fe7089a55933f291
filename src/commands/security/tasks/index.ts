import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as list } from './list.ts';
import { register as create } from './create.ts';
import { register as remove } from './delete.ts';
import { register as attributes } from './../attributes/index.ts';

export function register(parent: AppCommand, start: Start): void {
  const tasks = parent.command('tasks');
  tasks.description('List, create and delete tasks (ProGet).');
  tasks.later(() => {
    for (const verb of [list, create, remove, attributes]) verb(tasks, start);
  });
}
