import { Command, type Option } from 'commander';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../domain/near.ts';
import { harmless } from '../domain/shorten.ts';
import { usageError } from '../errors.ts';

/**
 * Commander with pgutil's manners: every mistake is one of our usage errors, in one line that names
 * the nearest right word. Commander's own methods are overridden rather than its messages parsed.
 */
export class AppCommand extends Command {
  constructor(name?: string) {
    super(name);
    // A command that does something itself may have others below it: what stands behind the words
    // of one of those is for that one.
    this.enablePositionalOptions();
  }

  override createCommand(name?: string): AppCommand {
    // One help command at the root is enough; --help is on every level.
    return new AppCommand(name).helpCommand(false);
  }

  #fill: (() => void) | undefined;
  #acts = false;
  #whereWordsAre: string | undefined;

  /** True for a command that does something itself, besides the commands below it. */
  get acts(): boolean {
    return this.#acts;
  }

  override action(...[run]: Parameters<Command['action']>): this {
    this.#acts = true;
    return super.action(run);
  }

  /**
   * Takes one word behind the command, which has to be there: `history show RUN`.
   *
   * @param hint what to do when it is missing
   */
  takesWord(name: string, description: string, hint: string | undefined): void {
    this.argument(`<${name}>`, description);
    this.#whereWordsAre = hint;
  }

  /**
   * Puts off what this command is made of (its verbs, its options) until it is needed: a command
   * line needs one path through the tree, and building all of it takes as long as a whole start.
   */
  later(fill: () => void): void {
    this.#fill = fill;
  }

  /** Does what was put off; calling it again does nothing. */
  expand(): this {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.();
    return this;
  }

  /** The command of that name below this one, ready to use. */
  child(name: string): AppCommand | undefined {
    const found = this.commands.find((command) => command.name() === name);
    return (found as AppCommand | undefined)?.expand();
  }

  /** The words of this command, without the program's name: `security groups members add`. */
  words(): string {
    const parent = this.parent as AppCommand | null;
    if (parent === null) return '';
    const before = parent.words();
    return before === '' ? this.name() : `${before} ${this.name()}`;
  }

  unknownOption(flag: string): never {
    const name = flag.replace(/[=:\s].*$/s, '');
    const known = this.options.find((option) => option.long === name);
    if (known?.required === true) {
      throw usageError(`The option ${name} takes its value after "=" or as the next word.`);
    }
    if (known !== undefined) throw usageError(`The option ${name} takes no value.`);
    const names = this.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
    const where = this.words() === '' ? '' : ` for "${this.words()}"`;
    // `-pSECRET`: what stands behind one letter may be its value.
    const isWord = name.startsWith('--') || /^-[a-z-]*$/i.test(name);
    const typed = shown(isWord ? name : `${name.slice(0, 2)}…`);
    throw usageError(`Unknown option ${typed}${where};`, this.#suggest(name, names));
  }

  unknownCommand(): never {
    throw this.wrongWord(this.args[0] ?? '');
  }

  optionMissingArgument(option: Option): never {
    throw usageError(`The option ${option.long ?? option.flags} needs a value: ${option.flags}.`);
  }

  missingArgument(name: string): never {
    const words = this.words();
    throw usageError(
      `"${words}" needs the ${name}: groupctl ${words} ${name.toUpperCase()};`,
      this.#whereWordsAre ?? this.#helpHint(),
      'missing-argument',
    );
  }

  _excessArguments(received: string[]): never {
    throw this.strayWord(received[this.registeredArguments.length] ?? '', undefined);
  }

  /**
   * A word that belongs to nothing: most often the second word of a value without quotes.
   *
   * @param after the option whose value stands before it; that value may be a secret, so the word
   *   is not shown for an option that takes one
   */
  strayWord(word: string, after: Option | undefined): Error {
    const long = after?.long ?? this.options.find((option) => option.long === '--member')?.long;
    const what = SECRETS.has(after?.long ?? '') ? '' : ` ${shown(word)}`;
    const where = after?.long ? ` after the value of ${after.long}` : '';
    const option = what === '' ? undefined : optionHint(word);
    if (option !== undefined)
      return usageError(`Unexpected word${what}${where};`, option, 'unexpected-word');
    const [only] = this.registeredArguments;
    if (only !== undefined && after === undefined) {
      const takes = `"${this.words()}" takes one ${only.name()}.`;
      return usageError(`Unexpected word${what};`, takes, 'unexpected-word');
    }
    return usageError(
      `Unexpected word${what}${where};`,
      long ? `a value with spaces takes quotes: ${long}="John Smith".` : this.#helpHint(),
      'unexpected-word',
    );
  }

  /** A word where a command was expected. */
  wrongWord(word: string): Error {
    const names = this.commands.map((command) => command.name());
    const near = nearest(word, names, typingDistance, 1)[0];
    const where = this.words() === '' ? '' : ` after "${this.words()}"`;
    const hint =
      optionHint(word) ??
      (near === undefined ? `use one of: ${names.join(', ')}.` : `did you mean ${near}?`);
    return usageError(`Unknown command ${shown(word)}${where};`, hint, 'unknown-command');
  }

  /** Nothing where a command was expected. */
  missingWord(): Error {
    const names = this.commands.map((command) => command.name());
    const where = this.words() === '' ? '' : ` after "${this.words()}"`;
    return usageError(
      `A command is missing${where};`,
      `use one of: ${names.join(', ')}.`,
      'missing-command',
    );
  }

  #suggest(name: string, names: readonly string[]): string {
    const near = nearest(name, names, typingDistance, 1)[0];
    if (near !== undefined) return `did you mean ${near}?`;
    return this.#helpHint();
  }

  #helpHint(): string {
    return `see: ${['groupctl', this.words(), '--help'].filter(Boolean).join(' ')}`;
  }
}

/** Options whose values are never shown. */
const SECRETS = new Set(['--api-key', '--password', '--client-secret']);

/** What was typed, without what may be a secret, and short enough for one line. */
function shown(text: string): string {
  const typed = harmless(text);
  return JSON.stringify(typed.length > 60 ? `${typed.slice(0, 60)}…` : typed);
}

/** What to do about a word that is an option with the wrong beginning: `—name=QA`, `/name:QA`. */
function optionHint(word: string): string | undefined {
  const [, dash = '', name = ''] = OPTION_LIKE.exec(word) ?? [];
  if (name === '') return undefined;
  const but = dash.startsWith('/') || dash === '' ? '' : `, not with the dash "${dash.charAt(0)}"`;
  return `an option begins with two hyphens${but}: --${name.toLowerCase()}.`;
}

const OPTION_LIKE =
  /^(?:([\u2010-\u2015\u2212]+-?|\/)(?=[a-z])|(?=[a-z-]+=))([a-z]+(?:-[a-z]+)*)(?=[=:\s]|$)/i;

/** The edit distance, in which two neighbours that changed places are one mistake: `shwo`. */
function typingDistance(a: string, b: string): number {
  const far = distance(a, b);
  if (far !== 2 || a.length !== b.length) return far;
  const at = Array.from(a).findIndex((letter, place) => letter !== b[place]);
  const swapped = a.slice(0, at) + a.charAt(at + 1) + a.charAt(at) + a.slice(at + 2);
  return swapped === b ? 1 : far;
}
