import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as list } from './list.ts';
import { register as add } from './add.ts';
import { register as remove } from './remove.ts';

export function register(parent: AppCommand, start: Start): void {
  const permissions = parent.command('permissions');
  permissions.description('List, add and remove permissions (ProGet).');
  permissions.later(() => {
    for (const verb of [list, add, remove]) verb(permissions, start);
  });
}
