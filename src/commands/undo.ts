import type { AppCommand } from '../command.ts';
import type { ServerOptions, WriteOptions } from '../deps.ts';
import { registerLeaf, type Start } from '../leaf.ts';
import {
  addMembershipOptions,
  addServerOptions,
  addYesOption,
  CHANGE_EXIT_CODES,
} from '../options.ts';
import { presentTakenUp, type TakenUpResult } from '../output/taken-up.ts';
import { RUN_ARGUMENT } from './history/show.ts';
import { CHANGE_JSON } from './security/groups/members/help.ts';

export interface Options extends ServerOptions, WriteOptions {
  readonly run: string;
}

export function register(parent: AppCommand, start: Start): void {
  registerLeaf<Options, TakenUpResult>(parent, start, {
    name: 'undo',
    summary: 'Take back what a run did to the members of a group, and nothing else.',
    argument: RUN_ARGUMENT,
    options: (add) => {
      addYesOption(add);
      addMembershipOptions(add);
      addServerOptions(add);
    },
    examples: ['groupctl undo latest --dry-run', 'groupctl undo 01KB5Q2T --yes'],
    json: CHANGE_JSON.replace('"dryRun"', '"undoes","dryRun"'),
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) => (await import('./undo-run.ts')).undoRun(options, deps),
    present: presentTakenUp,
  });
}
