import { Command } from 'commander';
import { usageError } from '../errors.ts';
import type { HelpDetails, HelpSettings } from './help-types.ts';
import { ALIASES } from './typed-word.ts';

/**
 * A command of the tree: Commander's, with short names, and with parts that are made when they are
 * needed. What may be wrong with a command line is found before Commander reads it (argv.ts), but for a
 * missing word.
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

  /** @throws usage (2) where no option of that name stands for the word */
  missingArgument(name: string): void {
    if (this.getOptionValue(name) !== undefined) return;
    const words = this.words();
    throw usageError(
      `Which ${name}? groupctl ${words} ${name.toUpperCase()}.`,
      this.#whereWordsAre ?? this.helpHint(),
      'missing-argument',
    );
  }

  helpHint(): string {
    return `See: ${['groupctl', this.words(), '--help'].filter(Boolean).join(' ')}`;
  }

  /** Only on the way to an error: it builds the whole tree. */
  verbs(): AppCommand[] {
    const below = this.commands.flatMap((each) => this.child(each.name())?.verbs() ?? []);
    return this.details === undefined ? below : [this, ...below];
  }
}
