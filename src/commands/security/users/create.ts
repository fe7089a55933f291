import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addServerOptionsWithLogin,
} from '../../../cli/options.ts';
import type { Deps } from '../../../cli/deps.ts';
import { verb, type VerbResult } from '../../../cli/verb.ts';
import type { CreatedUsers } from '../../../domain/user-rows.ts';
import { bothGivenError, usageError } from '../../../errors.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { UserFieldOptions } from '../../../operations/security/users.ts';
import { RESULT_JSON } from '../write-verb.ts';

interface Options extends Omit<UserFieldOptions, 'username'> {
  readonly username?: string;
  readonly file?: string;
  readonly failures?: string;
}

export const register = verb<Options, SecurityResult | CreatedUsers>({
  name: 'create',
  summary: 'Create a user. Asks for the password, or reads it from standard input.',
  options: (add) => {
    add.value('--username <name>', 'name of the new user');
    add.value(
      '--file <path>',
      'create the users of a CSV file (-: stdin) with the columns Name (or Username), Password, and if you like DisplayName, Email; one by one, also after a bad row; undo deletes the account of such a run only if it created one alone',
    );
    add.value('--failures <path>', 'write the rows that failed to this file');
    add.value('--displayname <name>', 'display name');
    add.value('--email <address>', 'e-mail address');
    add.value('--password <password>', 'password of the new user; - reads it from standard input');
    addDryRunOption(add);
    addServerOptionsWithLogin(add);
  },
  examples: [
    'groupctl security users create --username=newbie --displayname="New Bie" --email=newbie@corp.example',
    'groupctl security users create --username=newbie < password.txt',
    'groupctl security users create --file=users.csv --failures=failed.csv',
  ],
  oneOf: [['--username', '--file']],
  json: `${RESULT_JSON}\nwith --file: {"schema":1,"source","kind","file","dryRun","results":[{"name","line","outcome","error"?}],"run"?}\noutcome of a row: created, already-there, planned, failed, not-tried, unknown`,
  exitCodes: CHANGE_EXIT_CODES,
  run,
  present: async () => {
    const { presentCreatedUsers } =
      await import('../../../output/results/security/created-users.ts');
    const { presentWritten } = await import('../../../output/results/security/written.ts');
    return (result) => ('results' in result ? presentCreatedUsers(result) : presentWritten(result));
  },
});

async function run(
  { username, file, ...rest }: Options,
  deps: Deps,
): Promise<VerbResult<SecurityResult | CreatedUsers>> {
  const { displayname, email, password, ...options } = rest;
  if (file === undefined) {
    if (rest.failures !== undefined) {
      throw usageError('The option --failures is about the rows of --file, and there is none.');
    }
    const { createUser } = await import('../../../operations/security/users.ts');
    return await createUser({ ...rest, username: username ?? '' }, deps);
  }
  const alone = {
    '--username': username,
    '--displayname': displayname,
    '--email': email,
    '--password': password,
  };
  const other = Object.entries(alone).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) throw bothGivenError('--file', other);
  const { createUsers } = await import('../../../operations/security/create-users.ts');
  return await createUsers({ ...options, file }, deps);
}
