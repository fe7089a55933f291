import type { OffboardResult } from '../../../../domain/offboard.ts';
import { verb } from '../../../../cli/verb.ts';
import {
  addDryRunOption,
  addGuardOptions,
  addServerOptions,
  addSettleLimitOption,
  addSettleOption,
  addYesOption,
  CHANGE_EXIT_CODES,
} from '../../../../cli/options.ts';
import type { OffboardOptions } from '../../../../operations/people/offboard/offboard.ts';
import { addPersonOptions, PERSON } from './person-options.ts';

const JSON_SHAPE = `{"schema":1,"member","dryRun",
 "sources":[{"source","kind"?,"state","member"?,
   "groups":[{"group","member","outcome","verified","run"?,"error"?}],
   "permissions":[{"id"?,"task"?,"feed"?,"feedGroup"?,"deny"}] or null: not known,
   "apiKeys":[{"id","displayName"?,"expiration"?,"outcome","run"?,"error"?}] or null: not known,
   "notTouched":[{"what","message"}],"error"?}],
 "summary":{"sources","notReached","groupsRemoved","groupsAlreadyAbsent","groupsPlanned",
   "groupsNotRemoved","groupsUnknown","keysDeleted","keysPlanned","keysNotDeleted","keysUnknown","keysKept",
   "keysNotKnown","permissionsKept"}}
state: found, nobody, not-mapped, declined, not-reached
outcome of a group: removed, already-absent, planned, no-such-user, refused, failed,
  unknown, not-tried; of a key: kept, planned, deleted, refused, failed, unknown, not-tried`;

export const register = verb<OffboardOptions, OffboardResult>({
  name: 'offboard',
  summary: 'Remove a leaver from every group, and list what access remains.',
  options: (add) => {
    addPersonOptions(add);
    add.value(
      '--map <path>',
      'CSV of people: a column for each source, in each row the names one person has there',
    );
    add.flag('--keys', 'delete the personal API keys too (ProGet); that cannot be undone');
    addYesOption(add);
    addDryRunOption(add);
    addGuardOptions(add);
    addSettleOption(add.in('Safety'));
    addSettleLimitOption(add.in('Safety'));
    addServerOptions(add);
  },
  oneOf: [PERSON],
  examples: [
    'groupctl security groups members offboard --member=jsmith --dry-run',
    'groupctl security groups members offboard --member=jsmith --all-sources --map=people.csv',
    'groupctl security groups members offboard --member=jsmith --keys --yes',
  ],
  json: JSON_SHAPE,
  exitCodes: CHANGE_EXIT_CODES,
  // Rarely used and of several files: loaded when it runs.
  run: async (options, deps) =>
    (await import('../../../../operations/people/offboard/offboard.ts')).offboard(options, deps),
  present: async () => (await import('../../../../output/results/offboard.ts')).presentOffboard,
});
