import { Command, type Option } from 'commander';
import { distance } from 'fastest-levenshtein';
import { nearest } from './domain/near.ts';
import { usageError } from './errors.ts';

/**
 * Commander with pgutil's manners: every mistake is one of our usage errors, in one line that names
 * the nearest right word. Commander's own methods are overridden rather than its messages parsed.
 */
export class AppCommand extends Command {
  override createCommand(name?: string): AppCommand {
    // One help command at the root is enough; --help is on every level.
    return new AppCommand(name).helpCommand(false);
  }

  /** The words of this command, without the program's name: `security groups members add`. */
  words(): string {
    const parent = this.parent as AppCommand | null;
    if (parent === null) return '';
    const before = parent.words();
    return before === '' ? this.name() : `${before} ${this.name()}`;
  }

  unknownOption(flag: string): never {
    const name = flag.replace(/=.*$/s, '');
    const known = this.options.find((option) => option.long === name);
    if (known !== undefined) throw usageError(`The option ${name} takes no value.`);
    const names = this.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
    const where = this.words() === '' ? '' : ` for "${this.words()}"`;
    throw usageError(`Unknown option ${shown(name)}${where};`, this.#suggest(name, names));
  }

  unknownCommand(): never {
    throw this.wrongWord(this.args[0] ?? '');
  }

  optionMissingArgument(option: Option): never {
    throw usageError(`The option ${option.long ?? option.flags} needs a value: ${option.flags}.`);
  }

  _excessArguments(received: string[]): never {
    const extra = received[this.registeredArguments.length] ?? '';
    throw excess(this, extra);
  }

  /** A word where a command was expected. */
  wrongWord(word: string): Error {
    const names = this.commands.map((command) => command.name());
    const near = nearest(word, names, distance, 1)[0];
    const where = this.words() === '' ? '' : ` after "${this.words()}"`;
    const hint = near === undefined ? `use one of: ${names.join(', ')}.` : `did you mean ${near}?`;
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
    const near = nearest(name, names, distance, 1)[0];
    if (near !== undefined) return `did you mean ${near}?`;
    return `see: ${['groupctl', this.words(), '--help'].filter(Boolean).join(' ')}`;
  }
}

function excess(command: AppCommand, extra: string): Error {
  const collector = command.options.find(({ long }) => long === '--member');
  const option =
    collector?.long ?? command.options.find(({ required }) => required)?.long ?? '--name';
  return usageError(
    `Unexpected word ${shown(extra)};`,
    `a value with spaces takes quotes: ${option}="John Smith".`,
    'unexpected-word',
  );
}

/** What was typed, short enough for one line. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
