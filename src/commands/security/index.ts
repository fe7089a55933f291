import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as groups } from './groups/index.ts';

export function register(parent: AppCommand, start: Start): void {
  const security = parent.command('security');
  security.description('Manage groups on a server.');
  security.later(() => groups(security, start));
}
