import { SUMMARIES } from '../../cli/root-help.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as reset } from './reset.ts';
import { register as serve } from './serve.ts';

export function register(parent: AppCommand, start: Start): void {
  const sandbox = parent.command('sandbox');
  sandbox.description(SUMMARIES.sandbox);
  sandbox.later(() => {
    for (const verb of [serve, reset]) verb(sandbox, start);
  });
}
