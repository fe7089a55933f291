import { SUMMARIES } from '../cli/root-help.ts';
import type { UndoOptions } from '../operations/history/undo.ts';
import { verb } from '../cli/verb.ts';
import {
  addMembershipOptions,
  addServerOptions,
  addYesOption,
  CHANGE_EXIT_CODES,
} from '../cli/options.ts';
import type { UndoResumeResult } from '../output/results/undo-resume.ts';
import { RUN_ARGUMENT } from './history/show.ts';
import { changeJson } from './security/groups/members/change-json.ts';

export const register = verb<UndoOptions, UndoResumeResult>({
  name: 'undo',
  summary: SUMMARIES.undo,
  argument: RUN_ARGUMENT,
  options: (add) => {
    add.flag('--all', 'show a long plan in full');
    addYesOption(add);
    addMembershipOptions(add);
    addServerOptions(add);
  },
  examples: ['groupctl undo latest --dry-run', 'groupctl undo 01KB5Q2T --yes'],
  json: changeJson('"undoes","created"?,"permissions"?,"done"?,'),
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../operations/history/undo.ts')).undoRun(options, deps),
  present: async () => (await import('../output/results/undo-resume.ts')).presentUndoResume,
});
