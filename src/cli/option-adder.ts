import { Option } from 'commander';
import { harmless } from '../domain/shorten.ts';
import { type GroupctlError, usageError } from '../errors.ts';
import { collector } from './collector.ts';
import type { AppCommand } from './command.ts';
import { joinedByOr } from './typed-word.ts';
import { takingEmpty } from './may-be-empty.ts';

/** The groups of options on a help page; `Server` and `Output` are shown by topics of their own. */
export type OptionGroup = 'Options' | 'Safety' | 'Server' | 'Output';

/** Adds options to a command in one style. */
export interface OptionAdder {
  /** The same for options of another group. */
  in(group: OptionGroup): OptionAdder;
  required(flags: string, description: string): void;
  value(flags: string, description: string): void;
  /** Also an empty one. */
  valueOrEmpty(flags: string, description: string): void;
  /** May be repeated. */
  collect(flags: string, description: string): void;
  flag(flags: string, description: string): void;
  number(flags: string, description: string, rule: NumberRule): void;
  /** @param usual the choice without the option, for the help page */
  choice(flags: string, description: string, words: readonly string[], usual?: string): void;
}

interface NumberRule {
  readonly integer: boolean;
  readonly min: number;
  /** Without it, as large as a number is exact. */
  readonly max?: number;
  /** A percent sign behind it is taken. */
  readonly isPercent?: boolean;
}

/** Adds options to this command; the long names of those that must be there go to `required`. */
export function optionAdder(
  command: AppCommand,
  required: string[],
  group: OptionGroup = 'Options',
): OptionAdder {
  const add = (option: Option): Option => {
    command.addOption(option.helpGroup(group));
    return option;
  };
  return {
    in: (other) => optionAdder(command, required, other),
    required(flags, description) {
      const option = add(new Option(flags, description));
      required.push(option.long ?? '');
    },
    value(flags, description) {
      add(new Option(flags, description));
    },
    valueOrEmpty(flags, description) {
      add(takingEmpty(new Option(flags, description)));
    },
    collect(flags, description) {
      add(collector(new Option(flags, description)));
    },
    flag(flags, description) {
      add(new Option(flags, description));
    },
    number(flags, description, rule) {
      const option = new Option(flags, description);
      add(option.argParser((text) => parseNumber(option.long ?? flags, text, rule)));
    },
    choice(flags, description, words, usual) {
      const choices = `choices: ${words.join(', ')}${usual === undefined ? '' : `; default: ${usual}`}`;
      const option = new Option(flags, `${description} (${choices})`);
      option.argChoices = [...words];
      add(option.argParser((word) => parseChoice(option.long ?? flags, word, words)));
    },
  };
}

function parseNumber(
  name: string,
  text: string,
  { integer, min, max = Number.MAX_SAFE_INTEGER, isPercent = false }: NumberRule,
): number {
  const digits = isPercent ? text.trim().replace(/ ?%$/, '') : text.trim();
  const value = /^\d+(\.\d+)?$/.test(digits) ? Number(digits) : NaN;
  if ((integer && !Number.isInteger(value)) || !(value >= min && value <= max)) {
    const what = integer ? 'a whole number' : 'a number';
    const range = max < Number.MAX_SAFE_INTEGER ? `from ${min} to ${max}` : `of ${min} or more`;
    throw invalidValueError(name, text, `Use ${what} ${range}.`);
  }
  return value;
}

function parseChoice(name: string, word: string, words: readonly string[]): string {
  const found = words.find((candidate) => candidate === word.toLowerCase());
  if (found !== undefined) return found;
  throw invalidValueError(name, word, `Choose ${joinedByOr(words)}.`);
}

/** @param what the option, or the variable of the environment */
export function invalidValueError(what: string, text: string, hint: string): GroupctlError {
  return usageError(`Invalid value ${JSON.stringify(harmless(text))} for ${what}.`, hint);
}
