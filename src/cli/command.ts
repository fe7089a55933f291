import { Command, type Option } from 'commander';
import { usageError } from '../errors.ts';
import type { HelpDetails, HelpSettings } from './help-types.ts';
import {
  ALIASES,
  nearestWord,
  OTHER_NAMES,
  oneLetter,
  optionHint,
  optionInstead,
  optionName,
  didYouMean,
  pathsEndingWith,
  quotesHint,
  shown,
  standsBeforeSecrets,
} from './typed-word.ts';

/**
 * Commander with pgutil's conventions: every mistake is a usage error of groupctl, in one line that
 * names the nearest right word. Commander's own methods are overridden rather than its messages
 * parsed.
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
  /** Set for a verb. */
  details: HelpDetails | undefined;
  /** Set for the root. */
  helpSettings: HelpSettings<AppCommand> | undefined;

  override helpInformation(): string {
    const settings = this.root().helpSettings;
    return settings === undefined ? '' : settings.page(this.expand(), settings);
  }

  root(): AppCommand {
    return (this.parent as AppCommand | null)?.root() ?? this;
  }

  /** True for a command that does something itself, besides the commands below it. */
  get acts(): boolean {
    return this.#acts;
  }

  override action(...[run]: Parameters<Command['action']>): this {
    this.#acts = true;
    return super.action(run);
  }

  /**
   * Takes one word behind the command: `history show RUN`.
   *
   * @param hint what to do when it is missing
   */
  takesWord(
    name: string,
    description: string,
    { hint, optional = false }: { readonly hint?: string; readonly optional?: boolean },
  ): void {
    this.argument(optional ? `[${name}]` : `<${name}>`, description);
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
    const find = (wanted: string | undefined): AppCommand | undefined =>
      this.commands.find((command) => command.name() === wanted) as AppCommand | undefined;
    return (find(name) ?? find(ALIASES[name]))?.expand();
  }

  /** The words of this command, without the program's name: `security groups members add`. */
  words(): string {
    const parent = this.parent as AppCommand | null;
    if (parent === null) return '';
    const before = parent.words();
    return before === '' ? this.name() : `${before} ${this.name()}`;
  }

  unknownOption(flag: string): never {
    const { name, isWhole } = optionName(flag);
    const known = this.options.find((option) => option.long === name);
    if (known?.required === true) {
      throw usageError(`The option ${name} takes its value after "=" or as the next word.`);
    }
    if (known !== undefined) throw usageError(`The option ${name} takes no value.`);
    const names = this.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
    const [word] = this.registeredArguments;
    const instead =
      word !== undefined && name === `--${word.name()}`
        ? `Write the ${word.name()} as a word: groupctl ${this.words()} ${word.name().toUpperCase()}.`
        : optionInstead(name, names);
    const where = this.words() === '' ? '' : ` for "${this.words()}"`;
    // `-pSECRET`: what stands behind one letter may be its value.
    const isWord = name.startsWith('--') || instead !== undefined;
    const typed = isWord ? `${name}${isWhole ? '' : '…'}` : oneLetter(flag);
    throw usageError(
      `Unknown option ${JSON.stringify(typed)}${where}.`,
      instead ?? this.#helpHint(),
    );
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
      `"${words}" needs the ${name}: groupctl ${words} ${name.toUpperCase()}.`,
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
   * @param after the option before it, if there is one: after some options a word may be a secret,
   *   and is not shown
   * @param given the options that are there
   * @param next the word behind it
   */
  strayWord(
    word: string,
    after: Option | undefined,
    given: ReadonlySet<string> = new Set(),
    next = '-',
  ): Error {
    if (after !== undefined && standsBeforeSecrets(after.long)) return hiddenWord(after);
    const option = after?.required === true ? after.long : undefined;
    const where = option === undefined ? '' : ` after the value of ${option}`;
    const what = `Unexpected word ${shown(word)}${where}.`;
    const hint = optionHint(word);
    if (hint !== undefined) return usageError(what, hint, 'unexpected-word');
    if (option !== undefined) {
      const [missing] = this.#optionsForWords(given);
      const or = missing === undefined ? '' : ` Or did you mean ${missing}=${shown(word)}?`;
      return usageError(what, `${quotesHint(option)}${or}`, 'unexpected-word');
    }
    const words = word.includes('://') ? [] : next.startsWith('-') ? [word] : [word, next];
    const open = this.#optionsForWords(given);
    const meant = words.flatMap((each, at) => (open[at] ? `${open[at]}=${shown(each)}` : []));
    const [only] = this.registeredArguments;
    const otherwise =
      only === undefined ? this.#helpHint() : `"${this.words()}" takes one ${only.name()}.`;
    const instead = meant.length === 0 ? otherwise : `Did you mean ${meant.join(' ')}?`;
    return usageError(what, instead, 'unexpected-word');
  }

  /** The options that words without one are most likely the values of, those that are missing first. */
  #optionsForWords(given: ReadonlySet<string>): string[] {
    const names = [...(this.details?.required ?? []), '--name', '--member'];
    return [...new Set(names)].filter(
      (name) => !given.has(name) && this.options.some(({ long }) => long === name),
    );
  }

  /** Only on the way to an error: it builds the whole tree. */
  verbs(): AppCommand[] {
    const below = this.commands.flatMap((each) => this.child(each.name())?.verbs() ?? []);
    return this.details === undefined ? below : [this, ...below];
  }

  /**
   * A word where a command was expected.
   *
   * @param more the word and those behind it
   * @param others what else could stand there, after the commands, where none is near
   */
  wrongWord(word: string, more: readonly string[] = [word], others = ''): Error {
    const names = this.commands.map((command) => command.name());
    const near = nearestWord(word, names) ?? names.find((name) => name === OTHER_NAMES[word]);
    const verbs = this.verbs().map((command) => command.words().split(' '));
    const paths = pathsEndingWith(more, verbs);
    const hint =
      optionHint(word) ??
      didYouMean(paths, near) ??
      `Use one of: ${names.join(', ')}.${this.#showHint(word)}${others}`;
    return usageError(`Unknown command ${shown(word)}${this.#place()}.`, hint, 'unknown-command');
  }

  /** `history 01JX3M`: below it, one verb shows what the word names. */
  #showHint(word: string): string {
    const show = this.child('show');
    const takesWord = show !== undefined && show.registeredArguments.length > 0;
    return takesWord ? ` To show one: groupctl ${show.words()} ${shown(word)}` : '';
  }

  #place(): string {
    return this.words() === '' ? '' : ` after "${this.words()}"`;
  }

  /** Nothing where a command was expected. */
  missingWord(): Error {
    const names = this.commands.map((command) => command.name());
    return usageError(
      `A command is missing${this.#place()}.`,
      `Use one of: ${names.join(', ')}.`,
      'missing-command',
    );
  }

  #helpHint(): string {
    return `See: ${['groupctl', this.words(), '--help'].filter(Boolean).join(' ')}`;
  }
}

/** A word that may be a secret. */
function hiddenWord(after: Option): Error {
  const long = after.long ?? '';
  return after.required
    ? usageError(`Unexpected word after the value of ${long}.`, quotesHint(long), 'unexpected-word')
    : usageError(
        `Unexpected word after ${long}.`,
        'This option takes no value, it reads standard input.',
        'unexpected-word',
      );
}
