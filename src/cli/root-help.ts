import { VERSION } from '../version.ts';
import { helpWidth, section, wrap } from './help-page.ts';

/** The help page of the program itself, and what needs no command tree to answer. */

/** The commands of the root, in the order of its page. */
export const SUMMARIES = {
  security: 'Manage groups, users, tasks and permissions on a server.',
  apikeys: 'List, create and delete API keys (ProGet).',
  sources: 'Manage saved servers and credentials.',
  history: 'List the runs that wrote to a server, newest first.',
  undo: 'Undo what a run changed.',
  resume: 'Finish a run that was interrupted or partly failed.',
  store: 'Set up and look after the store that a team shares (PostgreSQL).',
  health: 'Show the health of a server.',
  sandbox: 'Try groupctl without a server; also as --source=sandbox.',
  completion: 'Print the completion script of a shell.',
  version: 'Show the versions and folders of groupctl.',
  help: 'Help for a command or a topic.',
} as const;

export const DESCRIPTION = 'Manage group membership on ProGet and Infisical.';
export const VERSION_OPTION = ['-V, --version', 'print the version'] as const;

/** @param columns the width of the terminal; undefined: it is none */
export function rootPage(columns: number | undefined): string {
  const width = helpWidth(columns);
  const lines = [
    ...wrap(DESCRIPTION, width),
    '',
    'Usage: groupctl <command> [options]',
    ...section('Commands:', Object.entries(SUMMARIES), width),
    ...section('Options:', [VERSION_OPTION], width),
    '',
    'Help for a command: groupctl <command> --help',
    '',
    'Try it without a server:',
    '  groupctl security groups members list --name=Developers --source=sandbox',
    '',
    'Topics: groupctl help server, output, environment, files, guards, exit-codes',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * What a command line without a command prints: building the tree for it would take a third of the
 * start.
 *
 * @returns undefined where there is more to do
 */
export function rootAnswer(
  [word = '--help', ...more]: readonly string[],
  columns: () => number | undefined,
): string | undefined {
  if (more.length > 0) return undefined;
  if (['--version', '-V'].includes(word)) return `${VERSION}\n`;
  return ['--help', '-h', '-?'].includes(word) ? rootPage(columns()) : undefined;
}
