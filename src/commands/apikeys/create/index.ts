import { commandGroup } from '../../../cli/command-group.ts';
import { register as personal } from './personal.ts';
import { register as system } from './system.ts';
import { register as feed } from './feed.ts';

export const register = commandGroup('create', 'Create an API key, and print it once.', [
  personal,
  system,
  feed,
]);
