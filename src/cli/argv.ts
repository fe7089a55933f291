import type { Option } from 'commander';
import type { AppCommand } from './command.ts';
import { harmless, secretName } from '../domain/shorten.ts';
import { usageError } from '../errors.ts';
import { isCollector } from './collector.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { longName, optionName, standsBeforeSecrets } from './typed-word.ts';
import {
  missingWordError,
  noValueError,
  strayWordError,
  unknownOptionError,
  wrongWordError,
} from './word-errors.ts';
import { mayBeEmpty } from './may-be-empty.ts';

/**
 * The command line, made ready for Commander: options that stand before the command words are moved
 * behind them, `-?` is help, and what Commander would let pass (an option given twice, an empty
 * value, the next option taken for a value) is a usage error. pgutil parses like this.
 */

/** Options that may stand before the command words with their value as a word of its own. */
const COMMON_WITH_VALUE = new Set<string>([
  ...SERVER_OPTIONS.flatMap(({ long, takesValue }) => (takesValue ? long : [])),
  '--output',
  '--timeout',
  '--deadline',
]);

const HELP = new Set(['-?', '-h', '-help', '--help']);

/** @throws usage (2) */
export function prepareArgv(typed: readonly string[], root: AppCommand): string[] {
  const end = typed.indexOf('--');
  const argv = typed.map((token, at) => (end === -1 || at < end ? longName(token) : token));
  const help = argv.some((token) => HELP.has(token));
  if (help && root.helpSettings !== undefined) root.helpSettings.all = argv.includes('--all');
  const words: string[] = [];
  const moved: string[] = [];
  let command = root;
  let at = 0;
  for (; at < argv.length && command.commands.length > 0; at++) {
    const token = argv[at] ?? '';
    if (token === '--') break;
    if (!token.startsWith('-')) {
      const next = command.child(token);
      if (next === undefined) break;
      words.push(next.name());
      command = next;
      continue;
    }
    if (HELP.has(token)) return [...words, '--help'];
    moved.push(token);
    if (takesNext(command, token)) {
      const value = argv[++at];
      if (value === undefined) throw usageError(`The option ${token} needs a value.`);
      moved.push(value);
    }
  }
  const after = argv.slice(at);
  const rest = [...moved, ...after];
  if (command.commands.length > 0) {
    // A group of commands without a verb: its help.
    if (!command.acts && rest.length === 0) return [...words, '--help'];
    if (!command.acts) return [...words, ...requireWord(command, moved, after)];
    refuseWord(command, moved, after);
  }
  const stop = rest.indexOf('--');
  const asked = stop === -1 ? rest : rest.slice(0, stop);
  // `--name --help`: nobody means a group named so; a value that starts with `-` takes `=`.
  if (asked.some((token) => HELP.has(token))) return [...words, '--help'];
  checkOptions(command, rest);
  return [...words, ...rest];
}

/** Still among the groups of commands: only the program's own options can go on. */
function requireWord(command: AppCommand, moved: string[], rest: readonly string[]): string[] {
  const own = moved.filter((token) => optionNamed(command, token) !== undefined);
  if (own.length > 0) return own;
  assertAllKnown(command, moved);
  const word = rest[0];
  if (word === undefined || word === '--') throw missingWordError(command, moved);
  throw notACommandError(command, moved, word, rest);
}

/** A command that acts and has others below it: a word behind it is one of those, or wrong. */
function refuseWord(command: AppCommand, moved: string[], rest: readonly string[]): void {
  const [word, next] = rest;
  if (word === undefined) return;
  if (word !== '--') {
    assertAllKnown(command, moved);
    throw notACommandError(command, moved, word, rest);
  }
  // Commander would take it for the command of that name.
  if (next !== undefined) throw strayWordError(command, { word: next });
}

function notACommandError(
  command: AppCommand,
  moved: readonly string[],
  word: string,
  rest: readonly string[],
): Error {
  const before = moved.at(-1) ?? '';
  // The word may be a value of this option, and a value may be a secret: it is not shown.
  if (!takesNext(command, moved.at(-2) ?? '') && findBelow(command, before)?.required === true) {
    return usageError(
      `The option ${before} stands before the command without its value.`,
      `Write ${before}=… or put it behind the command.`,
    );
  }
  const secret = [before, moved.at(-2) ?? '']
    .map((each) => optionName(each).name)
    .find(standsBeforeSecrets);
  if (secret !== undefined)
    return strayWordError(command, { word, after: findBelow(command, secret) });
  const end = rest.findIndex((each) => !/^[a-z-]+$/.test(each) || each.startsWith('-'));
  return wrongWordError(command, word, rest.slice(0, end === -1 ? rest.length : Math.max(end, 1)));
}

/** True if the next word is this option's value, though more command words may come. */
function takesNext(command: AppCommand, token: string): boolean {
  if (COMMON_WITH_VALUE.has(token)) return true;
  return command.acts && optionNamed(command, token)?.required === true;
}

/** Before the command is known, an option is right if any command further down has it. */
function assertAllKnown(command: AppCommand, moved: readonly string[]): void {
  for (let at = 0; at < moved.length; at++) {
    const token = moved[at] ?? '';
    const option = findBelow(command, token.replace(/=.*$/s, ''));
    if (option === undefined) throw unknownOptionError(command, token);
    if (takesNext(command, token)) at++;
  }
}

/** The option of that name, of the command or of any below it: it builds the whole tree. */
export function findBelow(command: AppCommand, name: string): Option | undefined {
  const own = optionNamed(command.expand(), name);
  if (own !== undefined) return own;
  for (const each of command.commands) {
    const child = command.child(each.name());
    const found = child && findBelow(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function optionNamed(command: AppCommand, name: string): Option | undefined {
  return command.options.find(({ long, short }) => name === long || name === short);
}

function checkOptions(command: AppCommand, tokens: readonly string[]): void {
  const seen = new Set<string>();
  const { registeredArguments: places } = command;
  let room = places.at(-1)?.variadic === true ? Infinity : places.length;
  let latest: Option | undefined;
  let areWords = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '--' && !areWords) {
      areWords = true;
      continue;
    }
    if (areWords || !token.startsWith('-') || token === '-') {
      if (room-- === 0) {
        const given = longNames(tokens);
        throw strayWordError(command, { word: token, after: latest, given, next: tokens[at + 1] });
      }
      if (!standsBeforeSecrets(latest?.long)) latest = undefined;
      continue;
    }
    const equals = token.indexOf('=');
    const name = equals === -1 ? token : token.slice(0, equals);
    const option = optionNamed(command, name);
    if (option === undefined) throw unknownOptionError(command, token);
    latest = option;
    if (!option.required && equals !== -1) throw unknownOptionError(command, token);
    if (!option.required) continue;
    const value = equals === -1 ? tokens[++at] : token.slice(equals + 1);
    if (value === undefined) throw noValueError(option);
    if (value.trim() === '' && !(value === '' && mayBeEmpty(option)))
      throw usageError(`The option ${name} has an empty value.`);
    // `--member --name=Developers`: the value was forgotten. What really starts so takes `=`.
    if (equals === -1 && isOptionLike(command, value)) {
      throw usageError(
        `The option ${name} needs a value.`,
        `${harmless(value)} is the next option. If it is meant, write ${name}=${harmless(value)}.`,
      );
    }
    if (seen.has(name) && !isCollector(option)) {
      throw usageError(`${name} was given twice.`, 'Use it once.');
    }
    seen.add(name);
  }
}

/** True for an option of the command, and for one that names a secret. */
function isOptionLike(command: AppCommand, word: string): boolean {
  if (!word.startsWith('-')) return false;
  const isOwn = optionNamed(command, word.replace(/=.*$/s, '')) !== undefined;
  return isOwn || secretName(word) !== undefined;
}

/** The long options of a command line. */
function longNames(tokens: readonly string[]): ReadonlySet<string> {
  return new Set(
    tokens.filter((each) => each.startsWith('--')).map((each) => optionName(each).name),
  );
}
