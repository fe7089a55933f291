import { SUMMARIES } from '../../cli/root-help.ts';
import { commandGroup } from '../../cli/command-group.ts';
import { register as add } from './add.ts';
import { register as byDefault } from './default.ts';
import { register as edit } from './edit.ts';
import { register as importFrom } from './import.ts';
import { register as list } from './list.ts';
import { register as remove } from './remove.ts';
import { register as rename } from './rename.ts';
import { register as show } from './show.ts';
import { register as test } from './test.ts';

export const register = commandGroup('sources', SUMMARIES.sources, [
  add,
  list,
  show,
  edit,
  rename,
  remove,
  byDefault,
  test,
  importFrom,
]);
