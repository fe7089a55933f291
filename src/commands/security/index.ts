import { SUMMARIES } from '../../cli/root-help.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as attributes } from './attributes/index.ts';
import { register as groups } from './groups/index.ts';
import { register as permissions } from './permissions/index.ts';
import { register as tasks } from './tasks/index.ts';
import { register as users } from './users/index.ts';

export function register(parent: AppCommand, start: Start): void {
  const security = parent.command('security');
  security.description(SUMMARIES.security);
  security.later(() => {
    for (const verb of [groups, users, tasks, attributes, permissions]) verb(security, start);
  });
}
