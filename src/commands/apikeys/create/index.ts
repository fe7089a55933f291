import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import { register as personal } from './personal.ts';
import { register as system } from './system.ts';
import { register as feed } from './feed.ts';

export function register(parent: AppCommand, start: Start): void {
  const create = parent.command('create');
  create.description('Create an API key, and print it once.');
  create.later(() => {
    for (const verb of [personal, system, feed]) verb(create, start);
  });
}
