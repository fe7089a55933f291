import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as list } from './list.ts';

export function register(parent: AppCommand, start: Start): void {
  const attributes = parent.command('attributes');
  attributes.description('List the attributes that tasks can have (ProGet).');
  attributes.later(() => {
    for (const verb of [list]) verb(attributes, start);
  });
}
