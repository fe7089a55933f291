import { SUMMARIES } from '../../cli/root-help.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Start } from '../../cli/verb.ts';
import { register as add } from './add.ts';
import { register as byDefault } from './default.ts';
import { register as edit } from './edit.ts';
import { register as importFrom } from './import.ts';
import { register as list } from './list.ts';
import { register as remove } from './remove.ts';
import { register as rename } from './rename.ts';
import { register as show } from './show.ts';
import { register as test } from './test.ts';

export function register(parent: AppCommand, start: Start): void {
  const sources = parent.command('sources');
  sources.description(SUMMARIES.sources);
  sources.later(() => {
    for (const verb of [add, list, show, edit, rename, remove, byDefault, test, importFrom])
      verb(sources, start);
  });
}
