import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addServerOptions,
  addServerOptionsWithLogin,
} from '../../cli/options.ts';
import { type Register, type Verb, verb } from '../../cli/verb.ts';
import type { SecurityResult } from '../../domain/security.ts';

export const RESULT_JSON =
  '{"schema":1,"source","kind","what","name","id"?,"op","outcome","changes"?:[{"field","before"?,"after"?}],"dryRun","run"?}\noutcome: created, changed, deleted, already-there, already-absent, planned';

type Own = 'name' | 'summary' | 'options' | 'examples' | 'oneOf' | 'run';

/** A verb that writes one user, task, permission or API key. */
interface WriteVerb<Options> extends Pick<Verb<Options, SecurityResult>, Own> {
  /** Its own `--username` is the account that is written, and not a login. */
  readonly hasUsername?: boolean;
}

/** Such a verb with the options, the JSON, the exit codes and the words that all of them share. */
export function writeVerb<Options extends object>({
  hasUsername = false,
  options,
  ...own
}: WriteVerb<Options>): Register {
  return verb<Options, SecurityResult>({
    ...own,
    options: (add) => {
      options(add);
      addDryRunOption(add);
      if (hasUsername) addServerOptionsWithLogin(add);
      else addServerOptions(add);
    },
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    present: async () => (await import('../../output/results/security/written.ts')).presentWritten,
  });
}
