import { AppCommand } from './command.ts';
import { EXIT_CODE_LINES } from './exit-codes-topic.ts';
import { optionLines, termLines, wrap } from './help-page.ts';
import { addOutputOptions, addServerOptions } from './options.ts';
import { type OptionGroup, optionAdder } from './option-adder.ts';

/** The topics of `groupctl help`: what all commands share. */

type Topic = (width: number) => string[];

const SERVER: Topic = (width) => [
  ...wrap('Options of every command that talks to a server.', width),
  '',
  ...wrap(
    'The first of these selects the server: --source, GROUPCTL_SOURCE, GROUPCTL_URL, the source of "groupctl sources default", the source named Default. A saved source uses its own credentials. A URL uses the options below or the variables of "groupctl help environment".',
    width,
  ),
  ...commonOptions('Server', width),
];

const OUTPUT: Topic = (width) => [
  ...wrap(
    'Options of every command. Standard output holds the result and nothing else; notes, warnings, progress and errors go to standard error. With --json there are no notes and warnings.',
    width,
  ),
  ...commonOptions('Output', width),
  '',
  ...wrap('--query takes an expression of JMESPath (https://jmespath.org):', width),
  '',
  "  groupctl security groups list --query='[?memberCount==`0`].name'",
];

const VARIABLES = [
  ['GROUPCTL_SOURCE', 'name of the source to use'],
  ['GROUPCTL_URL', 'URL of the server, without a saved source'],
  ['GROUPCTL_KIND', 'kind of that server: proget or infisical'],
  ['GROUPCTL_API_KEY', 'key or token for GROUPCTL_URL'],
  ['GROUPCTL_USERNAME', 'login for GROUPCTL_URL (ProGet)'],
  ['GROUPCTL_PASSWORD', 'password of that login'],
  ['GROUPCTL_CLIENT_ID', 'machine identity for GROUPCTL_URL (Infisical)'],
  ['GROUPCTL_CLIENT_SECRET', 'secret of that identity'],
  ['GROUPCTL_ORGANIZATION_SLUG', 'sub-organization to log in to (Infisical)'],
  ['GROUPCTL_CONFIG_DIR', 'folder of the saved sources'],
  ['GROUPCTL_STATE_DIR', 'folder of the journal, locks and sandbox'],
  ['GROUPCTL_STORE', 'URL of the store that a team shares, or none'],
  ['PGUSER, PGPASSWORD', 'login for that store (or ~/.pgpass)'],
  ['HTTPS_PROXY, HTTP_PROXY', 'proxy to use'],
  ['NO_PROXY', 'servers without the proxy'],
  ['NODE_EXTRA_CA_CERTS', 'PEM file of your certificate authority'],
  ['CI', 'if set: --settle is 1000'],
  ['NO_COLOR', 'no colors'],
  ['GROUPCTL_PAGER, PAGER', 'program for lists longer than the screen'],
] as const;

const ENVIRONMENT: Topic = (width) => [
  'Environment variables of groupctl:',
  '',
  ...termLines(VARIABLES, width),
  '',
  ...wrap(
    'Without GROUPCTL_URL the key, the login and the identity are for the URL of --source. With it they are never sent to another URL.',
    width,
  ),
];

const FILES: Topic = (width) => [
  ...wrap('Files with names, for --file: CSV with a header, a plain list, or JSON.', width),
  '',
  'CSV     User,Office',
  '        jsmith,Berlin',
  'list    # a comment',
  '        jsmith',
  'JSON    ["jsmith", {"member": "mbrown"}]',
  '',
  ...wrap(
    'groupctl detects the format from the content. In CSV and JSON it takes the names from the first of these columns: Member, User, Username, Login, SamAccountName, UserPrincipalName, Account, Alias, Email, Name; --column chooses another one. If anything is wrong with a file, nothing is changed: exit code 2 with the file, the line and what to do.',
    width,
  ),
  '',
  ...wrap(
    '--failures=<path> writes the rows that failed, in the same format, ready to run again. --group-column=<name> takes only the rows of the group.',
    width,
  ),
];

const GUARDS: Topic = (width) => [
  ...wrap(
    'Guards stop sync, remove --file and offboard (exit code 8, nothing is written) if a change would remove:',
    width,
  ),
  '',
  ...termLines(
    [
      ['--max-removal-percent <n>', 'more than 25 % of the members (one is always allowed)'],
      ['--max-removals <n>', 'more than 50 members'],
      ['--allow-empty', 'the last member'],
      [
        '--allow-protected',
        'a member named with --protect, or with a name near to it that no member has',
      ],
      ['--allow-self', 'your own account'],
    ],
    width,
  ),
  '',
  ...wrap('The option beside each guard allows the change.', width),
  '',
  ...wrap(
    'remove --member names each member, so no guard stops it, not even for your own account, unless you give --protect, --max-removals or --max-removal-percent.',
    width,
  ),
];

const TOPICS: Readonly<Record<string, Topic>> = {
  server: SERVER,
  output: OUTPUT,
  environment: ENVIRONMENT,
  files: FILES,
  guards: GUARDS,
  'exit-codes': () => [...EXIT_CODE_LINES],
};

export const TOPIC_NAMES = Object.keys(TOPICS);

/** The page of a topic; undefined: there is none of that name. */
export function topicPage(name: string, width: number): string | undefined {
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
  return topic === undefined ? undefined : `${topic(width).join('\n')}\n`;
}

/** The options of a group, as every command has them. */
function commonOptions(group: OptionGroup, width: number): string[] {
  const command = new AppCommand('any');
  const add = optionAdder(command, []);
  if (group === 'Output') addOutputOptions(add);
  else addServerOptions(add);
  return ['', ...optionLines(command, group, width)];
}
