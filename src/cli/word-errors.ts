import type { Option } from 'commander';
import { type GroupctlError, usageError } from '../errors.ts';
import { isCollector } from './collector.ts';
import type { AppCommand } from './command.ts';
import {
  didYouMean,
  nearestWord,
  oneLetter,
  optionHint,
  optionInstead,
  optionName,
  pathsEndingWith,
  quotesHint,
  sameCommand,
  harmlessWord,
  standsBeforeSecrets,
} from './typed-word.ts';

/** What is wrong with a word of the command line, in one line that names the nearest right word. */

/** An option that the command does not have. */
export function unknownOptionError(command: AppCommand, flag: string): GroupctlError {
  const { name, isWhole } = optionName(flag);
  const known = command.options.find((option) => option.long === name);
  if (known?.required === true) {
    return usageError(`The option ${name} takes its value after "=" or as the next word.`);
  }
  if (known !== undefined) return usageError(`The option ${name} takes no value.`);
  const names = command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
  const [word] = command.registeredArguments;
  const words = command.words();
  const isLatest = word?.name() === 'run' && /^--(last|latest)$/.test(name);
  const instead =
    isLatest || (word !== undefined && name === `--${word.name()}`)
      ? `Write the ${word.name()} as a word: groupctl ${words} ${isLatest ? 'latest' : word.name().toUpperCase()}`
      : optionInstead(name, names);
  const where = words === '' ? '' : ` for "${words}"`;
  // `-pSECRET`: what stands behind one letter may be its value.
  const isWord = name.startsWith('--') || instead !== undefined;
  const typed = isWord ? `${name}${isWhole ? '' : '…'}` : oneLetter(flag);
  return usageError(
    `Unknown option ${JSON.stringify(typed)}${where}.`,
    instead ?? command.helpHint(),
  );
}

/** An option at the end of the line that has to have a value. */
export function noValueError(option: Option): GroupctlError {
  return usageError(`The option ${option.long ?? option.flags} needs a value: ${option.flags}.`);
}

interface StrayWord {
  readonly word: string;
  /** The option before it, if there is one: after some options a word may be a secret, and is not shown. */
  readonly after?: Option | undefined;
  /** The options that are there. */
  readonly given?: ReadonlySet<string>;
  /** The word behind it. */
  readonly next?: string | undefined;
}

/** A word that belongs to nothing: most often the second word of a value without quotes. */
export function strayWordError(
  command: AppCommand,
  { word, after, given = new Set(), next = '-' }: StrayWord,
): GroupctlError {
  if (after !== undefined && standsBeforeSecrets(after.long)) return hiddenWordError(after);
  const option = after?.required === true ? after.long : undefined;
  const where = option === undefined ? '' : ` after the value of ${option}`;
  const what = `Unexpected word ${harmlessWord(word)}${where}.`;
  const hint = optionHint(word);
  if (hint !== undefined) return usageError(what, hint, 'unexpected-word');
  const open = optionsForWords(command, given);
  if (option !== undefined) {
    const [missing] = open;
    const or = missing === undefined ? '' : ` Or did you mean ${missing}=${harmlessWord(word)}?`;
    const repeat =
      after !== undefined && isCollector(after) ? ` To give several values, repeat ${option}.` : '';
    return usageError(
      what,
      `${quotesHint(option, harmlessWord(word))}${repeat}${or}`,
      'unexpected-word',
    );
  }
  const words = word.includes('://') ? [] : next.startsWith('-') ? [word] : [word, next];
  const meant = words.flatMap((each, at) => (open[at] ? `${open[at]}=${harmlessWord(each)}` : []));
  const [only] = command.registeredArguments;
  const otherwise =
    only === undefined ? command.helpHint() : `"${command.words()}" takes one ${only.name()}.`;
  const instead = meant.length === 0 ? otherwise : `Did you mean ${meant.join(' ')}?`;
  return usageError(what, instead, 'unexpected-word');
}

/** A word that may be a secret. */
function hiddenWordError(after: Option): GroupctlError {
  const long = after.long ?? '';
  return after.required
    ? usageError(`Unexpected word after the value of ${long}.`, quotesHint(long), 'unexpected-word')
    : usageError(
        `Unexpected word after ${long}.`,
        'This option takes no value, it reads standard input.',
        'unexpected-word',
      );
}

/** The options that words without one are most likely the values of, those that are missing first. */
function optionsForWords(command: AppCommand, given: ReadonlySet<string>): string[] {
  const { required = [], oneOf = [] } = command.details ?? {};
  const only = oneOf.flatMap((set) => (set.length === 1 ? set : []));
  // Where a command takes a NAME without an option, it is there already.
  const more = command.registeredArguments.length > 0 ? [] : ['--name'];
  const names = [...required, ...only, ...more, '--member'];
  return [...new Set(names)].filter(
    (name) => !given.has(name) && command.options.some(({ long }) => long === name),
  );
}

/**
 * A word where a command was expected.
 *
 * @param more the word and those behind it
 * @param others what else could stand there, after the commands, where none is near
 */
export function wrongWordError(
  command: AppCommand,
  word: string,
  more: readonly string[] = [word],
  others = '',
): GroupctlError {
  const names = namesBelow(command);
  const near = nearestWord(word, names);
  const same = sameCommand(word, names);
  const verbs = command.verbs().map((verb) => verb.words().split(' '));
  const paths = [
    ...(same === undefined ? [] : [['groupctl', command.words(), same].filter(Boolean).join(' ')]),
    ...pathsEndingWith(more, verbs),
  ];
  const hint =
    optionHint(word) ??
    MISSING_COMMANDS[`${command.words()} ${word}`] ??
    didYouMean(paths, near) ??
    `Use one of: ${names.join(', ')}.${showHint(command, word)}${others}`;
  return usageError(
    `Unknown command ${harmlessWord(word)}${place(command)}.`,
    hint,
    'unknown-command',
  );
}

/** What to do where a command does not exist that people look for. */
const MISSING_COMMANDS: Readonly<Record<string, string>> = {
  'sources export':
    'There is no export. Copy config.json of the folder that "groupctl version" shows; it may hold keys.',
};

/**
 * Nothing where a command was expected.
 *
 * @param options that stand there
 */
export function missingWordError(
  command: AppCommand,
  options: readonly string[] = [],
): GroupctlError {
  const names = namesBelow(command);
  const version = options.includes('--verbose') ? ' The version: groupctl --version' : '';
  const hint =
    names.length === 1
      ? `Did you mean: groupctl ${command.words()} ${names.join('')}?`
      : `Use one of: ${names.join(', ')}.${command.words() === '' ? version : ''}`;
  return usageError(`A command is missing${place(command)}.`, hint, 'missing-command');
}

/** `history 01JX3M`: below it, one verb shows what the word names. */
function showHint(command: AppCommand, word: string): string {
  const show = command.child('show');
  const takesWord = show !== undefined && show.registeredArguments.length > 0;
  return takesWord ? ` To show one: groupctl ${show.words()} ${harmlessWord(word)}` : '';
}

function namesBelow(command: AppCommand): string[] {
  return command.commands.map((each) => each.name());
}

function place(command: AppCommand): string {
  return command.words() === '' ? '' : ` after "${command.words()}"`;
}
