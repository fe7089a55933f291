import { SUMMARIES } from '../cli/root-help.ts';
import type { ResumeOptions } from '../operations/history/resume.ts';
import { verb } from '../cli/verb.ts';
import {
  addGuardOptions,
  addMembershipOptions,
  addServerOptions,
  CHANGE_EXIT_CODES,
} from '../cli/options.ts';
import type { UndoResumeResult } from '../output/results/undo-resume.ts';
import { RUN_ARGUMENT } from './history/show.ts';
import { changeJson } from './security/groups/members/change-json.ts';

export const register = verb<ResumeOptions, UndoResumeResult>({
  name: 'resume',
  summary: SUMMARIES.resume,
  argument: RUN_ARGUMENT,
  options: (add) => {
    add.in('Safety').flag('--yes', 'has no effect: resume never asks');
    addGuardOptions(add);
    addMembershipOptions(add);
    addServerOptions(add);
  },
  examples: ['groupctl resume latest', 'groupctl resume 01KB5Q2T --dry-run'],
  json: changeJson('"resumes",'),
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../operations/history/resume.ts')).resumeRun(options, deps),
  present: async () => (await import('../output/results/undo-resume.ts')).presentUndoResume,
});
