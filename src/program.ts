import { CommanderError } from 'commander';
import { prepareArgv } from './cli/argv.ts';
import { AppCommand } from './cli/command.ts';
import { helpPage } from './cli/help-page.ts';
import { DESCRIPTION, rootPage, VERSION_OPTION } from './cli/root-help.ts';
import { register as apikeys } from './commands/apikeys/index.ts';
import { register as completion } from './commands/completion.ts';
import { register as health } from './commands/health.ts';
import { register as help } from './commands/help.ts';
import { register as history } from './commands/history/index.ts';
import { register as resume } from './commands/resume.ts';
import { register as sandbox } from './commands/sandbox/index.ts';
import { register as security } from './commands/security/index.ts';
import { register as sources } from './commands/sources/index.ts';
import { register as store } from './commands/store/index.ts';
import { register as undo } from './commands/undo.ts';
import { register as version } from './commands/version.ts';
import { type Host, type ServerOptions } from './cli/deps.ts';
import { commandWords } from './domain/command-words.ts';
import { defined } from './domain/defined.ts';
import { asGroupctlError, bothGivenError, type GroupctlError, usageError } from './errors.ts';
import type { Redactor } from './http/redact.ts';
import type { Register, Start } from './cli/verb.ts';
import { asksForJson } from './cli/asks-for-json.ts';
import type { OutputFormat, OutputSettings, PagerCommand } from './output/io.ts';
import { wantsColor } from './output/style.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; nothing is thrown
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let redactor: Redactor | undefined;
  let failure: GroupctlError | undefined;
  const start: Start = async (options, action) => {
    const output = outputSettingsOf(options, host);
    const { deadline, reason } = options as Pick<ServerOptions, 'deadline'> & { reason?: string };
    const facts = { host, output, version: VERSION, deadline, reason };
    const { createDeps } = await import('./cli/create-deps.ts');
    redactor = new (await import('./http/redact.ts')).Redactor();
    const deps = createDeps(facts, redactor);
    try {
      failure = await action(deps);
    } finally {
      await deps.close();
    }
  };
  try {
    const root = buildProgram(host, start);
    if (argv[0] === '__complete') {
      const { complete } = await import('./cli/complete.ts');
      const found = await complete(argv.slice(1), root, host);
      host.io.stdout.write(found.map((each) => `${each}\n`).join(''));
      return 0;
    }
    await root.parseAsync(prepareArgv(argv, root), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    failure = error instanceof CommanderError ? usageError(error.message) : asGroupctlError(error);
  }
  if (failure === undefined) return 0;
  // The options may be what is wrong, so how to speak is read from the words themselves.
  const format = asksForJson(argv) ? 'json' : 'human';
  const output = { format, verbose: argv.includes('--verbose') || argv.includes('-v') } as const;
  host.io.stderr.write(await textOf(failure, output, redactor));
  return failure.exitCode;
}

/** @param redactor what a command used; undefined: none was started, and no secret was read */
async function textOf(
  failure: GroupctlError,
  output: Pick<OutputSettings, 'format' | 'verbose'>,
  redactor: Redactor | undefined,
): Promise<string> {
  const { failureText } = await import('./output/failure.ts');
  if (redactor === undefined) return failureText(failure, output);
  const { redacted } = await import('./http/redact.ts');
  const clean = (text: string): string => redactor.clean(text);
  const text = failureText(redacted(failure, clean), output);
  // In JSON nothing is left to find, and a quote must not get lost. A bug's stack is text of its own.
  return output.format === 'json' ? text : clean(text);
}

/** The tree, without doing anything: what `--help` needs, and nothing more. */
export function buildProgram(host: Pick<Host, 'io'>, start: Start): AppCommand {
  const { stdout, stderr } = host.io;
  const root = new AppCommand('groupctl');
  root
    .description(DESCRIPTION)
    .version(VERSION, ...VERSION_OPTION)
    .helpOption('-?, --help', 'print help (also -h)')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Commander would print before it throws; the one place that prints errors is `run`.
      outputError: () => undefined,
      // Asking the streams of the process would open them. Help has no colors, and a layout of its own.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .exitOverride();
  const columns = stdout.isTTY ? stdout.columns : undefined;
  root.helpSettings = {
    columns,
    all: false,
    page: (command, settings) =>
      command === root ? rootPage(settings.columns) : helpPage(command, settings),
  };
  for (const register of VERBS) register(root, start);
  help(root, (text) => stdout.write(text));
  return root;
}

/** In the order of the help page. */
const VERBS: readonly Register[] = [
  security,
  apikeys,
  sources,
  history,
  undo,
  resume,
  store,
  health,
  sandbox,
  completion,
  version,
];

interface OutputOptions {
  readonly output?: OutputFormat;
  readonly query?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly pager?: boolean;
}

function outputSettingsOf(options: OutputOptions, host: Host): OutputSettings {
  const { output, json, quiet, verbose, color } = options;
  if (json === true && output !== undefined && output !== 'json') {
    throw bothGivenError('--json', `--output=${output}`);
  }
  const { query } = options;
  if (query !== undefined && output !== undefined && output !== 'json' && output !== 'yaml') {
    throw usageError(
      `--query and --output=${output} are both given.`,
      'Use --output=json or yaml.',
    );
  }
  return {
    format:
      json === true || (query !== undefined && output === undefined) ? 'json' : (output ?? 'human'),
    ...defined({ query }),
    quiet: quiet === true,
    verbose: verbose === true,
    color: wantsColor(color, host.env),
    ...defined({ pager: options.pager === false ? undefined : pagerOf(host) }),
  };
}

/** GROUPCTL_PAGER, else PAGER; empty or `cat`: none. */
function pagerOf({ env, platform }: Host): PagerCommand | undefined {
  const words = commandWords(env['GROUPCTL_PAGER'] ?? env['PAGER'] ?? '', platform);
  const isNone = typeof words === 'string' || words.length === 0 || words[0] === 'cat';
  return isNone || env['TERM'] === 'dumb' ? undefined : { words, env };
}
