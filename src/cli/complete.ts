import type { Option } from 'commander';
import { KINDS } from '../backends/kinds.ts';
import { foldName } from '../domain/names.ts';
import { hasUnseen } from '../output/safe-text.ts';
import { readGroupNames } from '../state/group-names.ts';
import { findPaths, type Paths } from '../state/paths.ts';
import { runIds } from '../state/journal/files.ts';
import { SourceStore } from '../state/sources/store.ts';
import { findBelow } from './argv.ts';
import type { AppCommand } from './command.ts';
import type { Host } from './deps.ts';
import { TOPIC_NAMES } from './help-topics.ts';
import { SHELLS } from './shells.ts';

/**
 * What could stand at the cursor, for the scripts of `groupctl completion`. It asks no server: sources,
 * runs and the names of groups come from files, and what cannot be read is left out.
 */

/** What a script passes: `__complete SHELL =WORD-AT-THE-CURSOR WORDS-BEFORE…`. */
export async function complete(
  [shell = '', typed = '', ...before]: readonly string[],
  root: AppCommand,
  host: Pick<Host, 'env' | 'platform'>,
): Promise<string[]> {
  const { words, current, value } = joined(shell, typed.replace(/^=/, ''), before);
  const files = new Files(await findPaths(host.env, host.platform), host.env);
  const { command, option, args } = walk(root, words);
  const at = value === undefined ? option : optionOf(command, current);
  const all =
    at === undefined
      ? plainCandidates(command, current, args, files)
      : valuesOf(at, command, words, files);
  const start = value ?? current;
  const found = all.filter(
    (each) => foldName(each).startsWith(foldName(start)) && !hasUnseen(each),
  );
  // bash replaces what is behind the equals sign, the others the whole word.
  const head = value === undefined || shell === 'bash' ? '' : current.replace(/=.*$/s, '=');
  return [...new Set(found)].map((each) => head + each);
}

interface Typed {
  readonly words: readonly string[];
  readonly current: string;
  /** Of `--name=De`: `De`. */
  readonly value?: string;
}

/** bash splits at `=`: `--name`, `=`, `De` are one word. */
function joined(shell: string, last: string, before: readonly string[]): Typed {
  const words: string[] = [];
  const all = [...before, last];
  for (const word of all) {
    const isTail = shell === 'bash' && (word === '=' || words.at(-1)?.endsWith('=') === true);
    if (isTail && words.at(-1)?.startsWith('--') === true)
      words.push(`${words.pop() ?? ''}${word}`);
    else words.push(word);
  }
  const current = unquoted(words.pop() ?? '');
  const [, value] = /^--[\w-]+=(.*)$/s.exec(current) ?? [];
  return {
    words: words.map(unquoted),
    current,
    ...(value === undefined ? {} : { value: unquoted(value) }),
  };
}

/** A word at the cursor may begin with a quote that is not closed yet. */
function unquoted(word: string): string {
  return /^(["'])(.*?)\1?$/s.exec(word)?.[2] ?? word;
}

interface Cursor {
  readonly command: AppCommand;
  /** The option before the cursor, if it takes the next word. */
  readonly option: Option | undefined;
  /** How many words stand behind the command. */
  readonly args: number;
}

function walk(root: AppCommand, words: readonly string[]): Cursor {
  let command = root;
  let args = 0;
  let option: Option | undefined;
  for (const word of words) {
    const isValue = option !== undefined;
    option = undefined;
    if (isValue) continue;
    if (word.startsWith('-')) {
      const found = optionOf(command, word);
      option = found?.required === true && !word.includes('=') ? found : undefined;
      continue;
    }
    const next = command.child(word);
    if (next === undefined) args++;
    else command = next;
  }
  return { command, option, args };
}

/** Options may stand before the command whose options they are. */
function optionOf(command: AppCommand, word: string): Option | undefined {
  const name = word.replace(/=.*$/s, '');
  const own = command.options.find(({ long }) => long === name);
  return own ?? (command.acts ? undefined : findBelow(command, name));
}

function plainCandidates(
  command: AppCommand,
  current: string,
  args: number,
  files: Files,
): readonly string[] {
  if (current.startsWith('-'))
    return command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
  const names = command.commands.map((child) => child.name());
  if (command.words() === 'help')
    return [...TOPIC_NAMES, ...(command.parent?.commands ?? []).map((child) => child.name())];
  const [argument] = command.registeredArguments;
  if (argument === undefined || args > 0) return names;
  return [...names, ...wordsFor(argument.name(), files)];
}

function wordsFor(argument: string, files: Files): readonly string[] {
  if (argument === 'shell') return SHELLS;
  return argument === 'run' ? files.runs() : files.savedSources();
}

const SANDBOXES = KINDS.flatMap(({ sandbox }) => sandbox ?? []);
const SOURCE_OPTIONS = new Set(['--source', '--from', '--to']);
const GROUP_OPTIONS = new Set(['--name', '--to-name']);

/** None for a path: the shell completes files itself. */
function valuesOf(
  option: Option,
  command: AppCommand,
  words: readonly string[],
  files: Files,
): readonly string[] {
  const { long = '', argChoices } = option;
  if (argChoices !== undefined) return argChoices;
  if (command.words().startsWith('sources') && long === '--name') return files.savedSources();
  if (SOURCE_OPTIONS.has(long)) return files.sources();
  const isGroup = command.words().startsWith('security groups')
    ? GROUP_OPTIONS.has(long)
    : command.words().startsWith('security permissions') && long === '--group';
  return isGroup ? files.groups(words) : [];
}

/** How many runs are offered; `history` lists all. */
const RUNS = 20;

class Files {
  readonly #paths: Paths;
  readonly #env: Host['env'];

  constructor(paths: Paths, env: Host['env']) {
    this.#paths = paths;
    this.#env = env;
  }

  get #store(): SourceStore {
    return new SourceStore(this.#paths.config);
  }

  sources(): string[] {
    return [...this.savedSources(), ...SANDBOXES];
  }

  savedSources(): string[] {
    return orNone(() => this.#store.list().map(({ name }) => name));
  }

  runs(): string[] {
    return orNone(() => ['latest', ...runIds(this.#paths.state).slice(0, RUNS)]);
  }

  /** The groups of the source that the command line selects. */
  groups(words: readonly string[]): readonly string[] {
    return orNone(() => {
      const typed = valueIn(words, '--source') ?? valueIn(words, '--from');
      const { GROUPCTL_SOURCE: source, GROUPCTL_URL: url } = this.#env;
      const name = typed ?? (source || url || this.#store.defaultSource()?.name) ?? 'Default';
      const known = this.#store.find(name)?.name ?? name;
      return readGroupNames(this.#paths.state, known);
    });
  }
}

function valueIn(words: readonly string[], option: string): string | undefined {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at === -1) return undefined;
  return words[at]?.includes('=') === true ? words[at].slice(option.length + 1) : words[at + 1];
}

function orNone<T>(read: () => readonly T[]): T[] {
  try {
    return [...read()];
  } catch {
    return [];
  }
}
