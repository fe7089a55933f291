import { KIND_NAMES } from '../backends/kinds.ts';
import type { OptionAdder } from './verb.ts';

/** Options that many commands share, in one place, so that they read the same everywhere. */

const DAY_S = 86_400;
const SECONDS = { integer: false, min: 0.001, max: DAY_S } as const;

/** Every leaf: how the result is written. */
export function addOutputOptions(add: OptionAdder): void {
  add.choice('--output <format>', 'how to write the result', ['human', 'json', 'csv']);
  add.flag('--json', 'short for --output=json');
  add.flag('--quiet', 'no notes, warnings or progress on standard error');
  add.flag('--verbose', 'say more on standard error: each exchange, whole server errors');
  add.flag('--no-color', 'no colours');
}

/** Every leaf that talks to a server. */
export function addServerOptions(add: OptionAdder): void {
  addSourceOptions(add);
  addConnectionOptions(add);
  addOutputOptions(add);
}

/** Where the server is, and the account to use. */
function addSourceOptions(add: OptionAdder): void {
  add.value('--source <name|url>', 'the server: a source, or its URL');
  add.choice('--kind <kind>', 'kind of the server, for a URL', KIND_NAMES);
  addCredentialOptions(add);
}

/** The account on a server. */
export function addCredentialOptions(add: OptionAdder): void {
  add.value('--api-key <key>', 'API key; for Infisical an access token');
  add.flag('--api-key-stdin', 'read the API key or token from standard input');
  add.value('--username <name>', 'log in as this user, with --password');
  add.value('--password <password>', 'password of --username');
  add.value(
    '--client-id <id>',
    'log in as this machine identity (Infisical), with --client-secret',
  );
  add.value('--client-secret <secret>', 'secret of --client-id');
  add.flag('--client-secret-stdin', 'read the client secret from standard input');
  add.value(
    '--organization-slug <slug>',
    'log in to this sub-organization (Infisical), with --client-id',
  );
  add.flag('--keep-quotes', 'quotes around a key, password or secret are part of it');
}

/** Time limits and --show-body. */
export function addConnectionOptions(add: OptionAdder): void {
  add.number(
    '--timeout <s>',
    'seconds for one attempt of a request (100; connecting: 10)',
    SECONDS,
  );
  add.number('--deadline <s>', 'seconds for the whole command', SECONDS);
  add.flag('--show-body', 'print each answer as received, on standard error');
}

/** Every leaf that changes a server. */
export function addDryRunOption(add: OptionAdder): void {
  add.flag('--dry-run', 'say what would be done, and write nothing');
  add.flag('--no-journal', 'leave no record of the run (then it cannot be undone)');
}

/** Every leaf that writes membership. */
export function addMembershipOptions(add: OptionAdder): void {
  addDryRunOption(add);
  add.flag('--skip-unknown', 'leave unknown names out and continue with the rest');
  add.flag('--no-user-check', 'do not ask whether the names exist (directory accounts)');
  add.flag('--no-verify', 'do not read back what was written (Infisical)');
  add.number(
    '--concurrency <n>',
    'calls under way at once, where members are written one by one (8)',
    {
      integer: true,
      min: 1,
      max: 64,
    },
  );
  addSettleOption(add);
  addSettleLimitOption(add);
}

/** Every leaf that may remove many: what has to be said before it removes more than is usual. */
export function addGuardOptions(add: OptionAdder, when = ''): void {
  add.number(
    '--max-removal-percent <n>',
    `${when}stop when more of a group's members would go (25; one may always go)`,
    { integer: false, min: 0, max: 100 },
  );
  add.number('--max-removals <n>', `${when}stop when more members would go (50)`, {
    integer: true,
    min: 0,
    max: 10_000_000,
  });
  add.flag('--allow-empty', `${when}go on though the group would be left without members`);
  add.collect('--protect <name>', `${when}stop when this member would go; may be repeated`);
  add.flag('--allow-protected', `${when}go on though a protected member would go`);
  add.flag('--allow-self', `${when}go on though it removes the account that groupctl uses`);
}

/** Every leaf that asks before it writes. */
export function addYesOption(add: OptionAdder): void {
  add.flag('--yes', 'skip the question (required in scripts)');
}

export function addSettleOption(add: OptionAdder): void {
  add.number(
    '--settle <ms>',
    'milliseconds that a change must stay visible, for writers on other machines (0; 1000 where CI is set)',
    {
      integer: true,
      min: 0,
      max: 3_600_000,
    },
  );
}

export function addSettleLimitOption(add: OptionAdder): void {
  add.number('--settle-limit <s>', 'seconds after which to give up settling (60)', SECONDS);
}

/** What a server can make of any command, for the help pages. */
export const SERVER_EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, 'done, or nothing to do'],
  [1, 'the server failed, or its answer makes no sense'],
  [2, 'usage: an option, the configuration, an ambiguous name'],
  [3, 'not authorized'],
  [4, 'not found: group, user or source'],
  [5, 'refused by the server'],
  [6, 'network'],
];

export const CHANGE_EXIT_CODES: readonly (readonly [number, string])[] = [
  ...SERVER_EXIT_CODES,
  [7, 'partly done'],
  [8, 'stopped for safety: a guard, not confirmed, locked, not settled, outcome unknown'],
  [130, 'interrupted'],
];
