import { KIND_NAMES, productsWith } from '../backends/kinds.ts';
import { OUTPUT_FORMATS } from '../output/io.ts';
import type { OptionAdder } from './option-adder.ts';

/** Options that many commands share, in one place, so that they read the same everywhere. */

const DAY_S = 86_400;
const SECONDS = { integer: false, min: 0.001, max: DAY_S } as const;

/** Every verb: how the result is written. */
export function addOutputOptions(adder: OptionAdder): void {
  const add = adder.in('Output');
  add.choice('--output <format>', 'output format (also -o)', OUTPUT_FORMATS, 'human');
  add.flag('--json', 'short for --output=json');
  add.value('--query <jmespath>', 'print only this part of the JSON document');
  add.flag('--quiet', 'no notes, warnings or progress on standard error (also -q)');
  add.flag('--verbose', 'log HTTP requests and full server errors to stderr (also -v)');
  add.flag('--no-color', 'no colors');
  add.flag('--no-pager', 'print long lists without $PAGER');
}

/** Every verb that talks to a server. */
export function addServerOptions(add: OptionAdder): void {
  addSourceOptions(add);
  addConnectionOptions(add);
  addOutputOptions(add);
}

/** The same for commands whose --username and --password are of the account that they are about. */
export function addServerOptionsWithLogin(add: OptionAdder): void {
  add.value('--login-username <name>', 'log in as this user, with --login-password');
  add.value('--login-password <password>', 'password of --login-username');
  addServerNameOptions(add.in('Server'));
  addKeyOptions(add.in('Server'));
  addKeepQuotesOption(add.in('Server'));
  addConnectionOptions(add);
  addOutputOptions(add);
}

/** Where the server is, and the account to use. */
function addSourceOptions(adder: OptionAdder): void {
  const add = adder.in('Server');
  addServerNameOptions(add);
  addCredentialOptions(add);
}

function addServerNameOptions(add: OptionAdder): void {
  add.value('--source <name|url>', 'the server: a source, or its URL');
  add.choice('--kind <kind>', 'kind of the server, for a URL', KIND_NAMES);
}

function addKeyOptions(add: OptionAdder): void {
  add.value('--api-key <key>', 'API key; for Infisical an access token');
  add.flag('--api-key-stdin', 'read the API key or token from standard input');
}

function addKeepQuotesOption(add: OptionAdder): void {
  add.flag('--keep-quotes', 'quotes around a secret are part of it');
}

/** The account on a server. */
export function addCredentialOptions(add: OptionAdder): void {
  addKeyOptions(add);
  add.value('--username <name>', 'log in as this user, with --password');
  add.value('--password <password>', 'password of --username');
  add.value('--client-id <id>', 'log in as this machine identity (Infisical)');
  add.value('--client-secret <secret>', 'secret of --client-id');
  add.flag('--client-secret-stdin', 'read the client secret from standard input');
  add.value('--organization-slug <slug>', 'log in to this sub-organization (Infisical)');
  addKeepQuotesOption(add);
}

/** Where a source's key is kept, and whose certificates its server has. */
export function addKeyStorageOptions(add: OptionAdder): void {
  add.value('--api-key-command <cmd>', 'a command that prints the key, run on every use');
  add.value('--client-secret-command <cmd>', 'the same for --client-secret');
  add.choice('--key-storage <place>', 'where the key is stored', ['file', 'keyring']);
  add.value('--ca-file <pem>', 'the CA certificates of the server, or none');
  add.value('--shared-store <url>', 'store that a team shares, or none');
}

/** Time limits and --show-body. */
export function addConnectionOptions(adder: OptionAdder): void {
  const add = adder.in('Server');
  add.number('--timeout <s>', 'seconds for one attempt of a request (default: 100)', SECONDS);
  add.number('--deadline <s>', 'seconds for the whole command', SECONDS);
  add.flag('--show-body', 'print each answer as received, on standard error');
  add.flag('--no-cache', 'keep no group names for completion');
}

/** Every verb that changes a server. */
export function addDryRunOption(adder: OptionAdder): void {
  const add = adder.in('Safety');
  add.flag('--dry-run', 'show what would be done, and write nothing');
  add.flag('--no-journal', 'keep no record of the run (no undo)');
  add.value('--reason <text>', 'reason to keep in the record, such as a ticket');
}

export function addNoUserCheckOption(add: OptionAdder): void {
  add.flag('--no-user-check', 'accept unlisted names (AD, LDAP accounts)');
}

/** Every verb that writes membership. */
export function addMembershipOptions(add: OptionAdder): void {
  add.flag('--skip-unknown', 'leave unknown names out and continue with the rest');
  addNoUserCheckOption(add);
  add.number(
    '--concurrency <n>',
    `parallel requests, ${productsWith('concurrency')} only (default: 8)`,
    { integer: true, min: 1, max: 64 },
  );
  addDryRunOption(add);
  add.in('Safety').flag('--no-verify', `do not read the changes back (${productsWith('verify')})`);
  addSettleOption(add.in('Safety'));
  addSettleLimitOption(add.in('Safety'));
}

/** Every verb that may remove many: the limits, and the options that raise them. */
export function addGuardOptions(adder: OptionAdder): void {
  const add = adder.in('Safety');
  add.number('--max-removal-percent <n>', 'stop above this share of members (default: 25)', {
    integer: false,
    isPercent: true,
    min: 0,
    max: 100,
  });
  add.number('--max-removals <n>', 'stop above this number of members (default: 50)', {
    integer: true,
    min: 0,
    max: 10_000_000,
  });
  add.flag('--allow-empty', 'allow it even if no member is left');
  add.collect('--protect <name>', 'never remove this member; may be repeated');
  add.flag('--allow-protected', 'allow it even if a protected member is removed');
  add.flag('--allow-self', 'allow it even if your own account is removed');
}

/** Every verb that asks before it writes. */
export function addYesOption(add: OptionAdder): void {
  add.in('Safety').flag('--yes', 'skip the question (required in scripts; also -y)');
}

export function addSettleOption(add: OptionAdder): void {
  add.number(
    '--settle <ms>',
    'wait this many ms and check the change again (default: 0; 1000 in CI)',
    { integer: true, min: 0, max: 3_600_000 },
  );
}

export function addSettleLimitOption(add: OptionAdder): void {
  add.number('--settle-limit <s>', 'give up after this many seconds (default: 60)', SECONDS);
}

/** The exit codes of every command that asks a server, for the help pages. */
export const SERVER_EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, 'done, or nothing to do'],
  [1, 'the server failed, or sent an invalid response'],
  [2, 'usage: an option, the configuration, an ambiguous name'],
  [3, 'not authorized'],
  [4, 'not found: group, user or source'],
  [5, 'refused by the server'],
  [6, 'network'],
];

export const CHANGE_EXIT_CODES: readonly (readonly [number, string])[] = [
  ...SERVER_EXIT_CODES,
  [7, 'partial success'],
  [8, 'stopped for safety: a guard, a "no", locked, not settled, outcome unknown'],
  [130, 'interrupted'],
];
