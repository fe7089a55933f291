import { SUMMARIES } from '../../cli/root-help.ts';
import { commandGroup } from '../../cli/command-group.ts';
import { register as reset } from './reset.ts';
import { register as serve } from './serve.ts';

export const register = commandGroup('sandbox', SUMMARIES.sandbox, [serve, reset]);
