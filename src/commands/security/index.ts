import { SUMMARIES } from '../../cli/root-help.ts';
import { commandGroup } from '../../cli/command-group.ts';
import { register as attributes } from './attributes/index.ts';
import { register as groups } from './groups/index.ts';
import { register as permissions } from './permissions/index.ts';
import { register as tasks } from './tasks/index.ts';
import { register as users } from './users/index.ts';

export const register = commandGroup('security', SUMMARIES.security, [
  groups,
  users,
  tasks,
  attributes,
  permissions,
]);
