import { Option } from 'commander';
import type { AppCommand } from './command.ts';
import type { Deps } from './deps.ts';
import { bothGivenError, type GroupctlError, usageError } from '../errors.ts';
import type { Presentation } from '../output/present.ts';
import { styleFor } from '../output/style.ts';
import { type OptionAdder, optionAdder } from './option-adder.ts';
import { joinedByOr } from './typed-word.ts';

/** What a verb returns: data to print, and what kept it from being done, if anything. */
export interface VerbResult<R> {
  readonly result: R;
  readonly failure?: GroupctlError | undefined;
  /** What continues after the result was printed: a server, until it is stopped. */
  readonly keepRunning?: () => Promise<void>;
}

/** One verb: its words, its options, what it does and how the result is shown. */
export interface Verb<O, R> {
  readonly name: string;
  readonly summary: string;
  /** Adds the verb's own options. */
  readonly options: (add: OptionAdder) => void;
  /** The word that stands behind the verb and is no option: `show RUN`. It must be there, unless it is optional. */
  readonly argument?: VerbArgument<O>;
  /** Of each of these sets at least one option has to be given. */
  readonly oneOf?: readonly (readonly string[])[];
  readonly examples: readonly string[];
  /** It only lists: what is longer than the screen goes to the pager. */
  readonly isList?: boolean;
  /** The shape of --json, for the help page; undefined for a command that prints no result. */
  readonly json?: string;
  readonly exitCodes: readonly (readonly [number, string])[];
  readonly run: (options: O, deps: Deps) => Promise<VerbResult<R>>;
  /** Loads what makes the result presentable. */
  readonly present: () => Promise<(result: R) => Presentation>;
}

interface VerbArgument<O> {
  /** Where `run` finds it among its options; in capitals it is what messages call it. */
  readonly name: Extract<keyof O, string>;
  readonly description: string;
  /** What to do when it is missing: `see: groupctl history`. */
  readonly hint?: string;
  readonly optional?: boolean;
  /** It may also be an option, which the help does not list: `--name <name>`. */
  readonly flags?: string;
}

/** Registers one verb, or a group of them, under its parent. */
export type Register = (parent: AppCommand, start: Start) => void;

/** Starts a program's action with the dependencies of this run, once the options are known. */
export type Start = (
  options: object,
  action: (deps: Deps) => Promise<GroupctlError | undefined>,
) => Promise<void>;

/**
 * A verb, ready to be registered.
 *
 * @param below verbs whose words go on from this one's: `history` lists, `history show RUN` shows
 */
export function verb<O extends object, R>(
  facts: Verb<O, R>,
  below: readonly Register[] = [],
): Register {
  return (parent, start) => {
    const command = parent.command(facts.name).description(facts.summary);
    command.later(() => {
      fill(command, start, facts);
      for (const register of below) register(command, start);
    });
  };
}

function fill<O extends object, R>(command: AppCommand, start: Start, facts: Verb<O, R>): void {
  const required: string[] = [];
  const { argument } = facts;
  if (argument !== undefined) {
    command.takesWord(argument.name, argument.description, argument);
  }
  if (argument?.flags !== undefined) command.addOption(new Option(argument.flags).hideHelp());
  facts.options(optionAdder(command, required));
  const { examples, json, exitCodes, oneOf = [] } = facts;
  command.details = { examples, json, exitCodes, required, oneOf };
  command.action(async () => {
    assertRequired(command, required, oneOf);
    const options = optionsOf(command, argument);
    await start(options, async (deps) => {
      const { io } = deps;
      const output = facts.isList === true ? deps.output : { ...deps.output, pager: undefined };
      // Loaded before the work begins, so that its result can be printed in any case.
      const style = styleFor(io.stdout, output.color);
      const { loadFormat, printResult } = await import('../output/present.ts');
      const [present] = await Promise.all([facts.present(), loadFormat(output)]);
      const { result, failure, keepRunning } = await facts.run(options, deps);
      const problem = await printResult(present(result), output, io, style);
      await keepRunning?.();
      return failure ?? problem;
    });
  });
}

/** The options, with the word behind the verb among them. */
function optionsOf<O extends object>(
  command: AppCommand,
  argument: VerbArgument<O> | undefined,
): O {
  const options = command.opts<O>();
  if (argument === undefined) return options;
  const option = argument.flags === undefined ? undefined : options[argument.name];
  const typed = command.args[0];
  if (typed !== undefined && option !== undefined) {
    throw bothGivenError(argument.name.toUpperCase(), `--${argument.name}`);
  }
  const word = (typed ?? (option as string | undefined))?.trim() ?? '';
  if (word === '' && argument.optional === true) return options;
  if (word === '') command.missingArgument(argument.name);
  return { ...options, [argument.name]: word };
}

function assertRequired(
  command: AppCommand,
  required: readonly string[],
  oneOf: readonly (readonly string[])[],
): void {
  const isMissing = (long: string): boolean => {
    const option = command.options.find((candidate) => candidate.long === long);
    return option !== undefined && command.getOptionValue(option.attributeName()) === undefined;
  };
  const missing = required.filter(isMissing);
  const any = oneOf.filter((set) => set.every(isMissing)).map(joinedByOr);
  const count = missing.length + any.length;
  if (count === 0) return;
  const what = count === 1 ? 'option' : 'options';
  const named = [...missing, ...any.map((each) => (count === 1 ? each : `and ${each}`))];
  throw usageError(
    `Missing ${what} ${named.join(', ')} for "${command.words()}".`,
    `See: groupctl ${command.words()} --help`,
    'missing-option',
  );
}
