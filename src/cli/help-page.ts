import type { Option } from 'commander';
import type { AppCommand } from './command.ts';
import type { HelpDetails, HelpSettings } from './help-types.ts';

/** One help page: usage, options in groups, examples; lines wrap at the width of the terminal. */

/** The groups of options, in the order of a page. Server and Output have topics of their own. */
const SHOWN_GROUPS = ['Options', 'Safety'] as const;
const COMMON_GROUPS = ['Server', 'Output'] as const;

const LEAST_WIDTH = 60;
const USUAL_WIDTH = 80;
/** Where descriptions begin at most; a longer name has its description on the next line. */
const MAX_COLUMN = 30;

/** The width of a help page on a terminal of so many columns; undefined: not a terminal. */
export function helpWidth(columns: number | undefined): number {
  return Math.max(LEAST_WIDTH, columns ?? USUAL_WIDTH);
}

/**
 * The page of a command; with `all` also the options that all commands share, the JSON and the exit
 * codes.
 */
export function helpPage(command: AppCommand, { columns, all }: HelpSettings<AppCommand>): string {
  const width = helpWidth(columns);
  const { details } = command;
  const groups = optionGroups(command);
  const named = (names: readonly string[]): string[] =>
    names.flatMap((name) => section(`${name}:`, groups.get(name) ?? [], width));
  const common = COMMON_GROUPS.filter((name) => groups.has(name));
  const parts = [
    ...wrap(command.description(), width),
    '',
    ...usageLines(command, groups.size > 0, width),
    ...section('Arguments:', argumentTerms(command), width),
    ...section('Commands:', commandTerms(command), width),
    ...named(SHOWN_GROUPS),
    ...(all ? named(COMMON_GROUPS) : []),
    ...(details === undefined ? [] : detailLines(details, width, all)),
    ...footer(command, common, width, all),
  ];
  return `${parts.join('\n')}\n`;
}

type Term = readonly [term: string, description: string];

/** The options of one group, a term each. */
export function optionLines(command: AppCommand, group: string, width: number): string[] {
  return termLines(optionGroups(command).get(group) ?? [], width);
}

function optionGroups(command: AppCommand): Map<string, Term[]> {
  const groups = new Map<string, Term[]>();
  for (const option of command.options) {
    if (option.hidden) continue;
    const heading = option.helpGroupHeading ?? 'Options';
    groups.set(heading, [...(groups.get(heading) ?? []), [option.flags, option.description]]);
  }
  return groups;
}

function argumentTerms(command: AppCommand): Term[] {
  return command.registeredArguments.flatMap((each): Term[] =>
    each.description === '' ? [] : [[each.name().toUpperCase(), each.description]],
  );
}

function commandTerms(command: AppCommand): Term[] {
  return command.commands.map((child) => [child.name(), child.description()]);
}

/** The words of the command, its required options, and what else it takes. */
function usageLines(command: AppCommand, hasOptions: boolean, width: number): string[] {
  const { details } = command;
  const argument = command.registeredArguments.map((each) =>
    each.required ? each.name().toUpperCase() : `[${each.name().toUpperCase()}]`,
  );
  const isGroup = command.commands.length > 0 && !command.acts;
  const words = [
    'Usage: groupctl',
    ...(command.words() === '' ? [] : [command.words()]),
    ...(isGroup ? ['<command>'] : argument),
    ...(details?.required ?? []).map((name) => usageOf(command, name)),
    ...(details?.oneOf ?? []).map((set) => {
      const choice = set.map((name) => usageOf(command, name)).join(' | ');
      return set.length === 1 ? choice : `(${choice})`;
    }),
    ...(hasOptions || isGroup ? ['[options]'] : []),
  ];
  return wrap(words.join(' '), width, '  ');
}

/** `--name=<group>` */
function usageOf(command: AppCommand, name: string): string {
  const option = command.options.find(({ long }) => long === name);
  return option?.required === true ? `${name}=${valueOf(option)}` : name;
}

function valueOf({ flags }: Option): string {
  return /<[^>]*>/.exec(flags)?.[0] ?? '';
}

/** A heading and its terms; nothing where there are none. */
export function section(title: string, terms: readonly Term[], width: number): string[] {
  if (terms.length === 0) return [];
  return ['', title, ...termLines(terms, width)];
}

/** Terms in one column, their descriptions in another. */
export function termLines(terms: readonly Term[], width: number): string[] {
  const longest = Math.max(...terms.map(([term]) => term.length));
  const column = Math.min(MAX_COLUMN, longest + 4);
  const indent = ' '.repeat(column);
  return terms.flatMap(([term, description]) => {
    const lines = wrap(description, width - column);
    const head = `  ${term}`;
    if (head.length > column - 2) return [head, ...lines.map((line) => indent + line)];
    const [first = '', ...more] = lines;
    return [head.padEnd(column) + first, ...more.map((line) => indent + line)];
  });
}

function detailLines(
  { examples, json, exitCodes }: HelpDetails,
  width: number,
  all: boolean,
): string[] {
  const lines = ['', 'Examples:', ...examples.flatMap((each) => exampleLines(each, width))];
  if (!all) return lines;
  if (json !== undefined)
    lines.push('', 'With --json:', ...json.split('\n').map((line) => `  ${line}`));
  const codes = exitCodes.map(([code, meaning]): Term => [String(code), meaning]);
  lines.push('', 'Exit codes:');
  for (const [code, meaning] of codes) {
    const [first = '', ...more] = wrap(meaning, width - 7);
    lines.push(`  ${code.padEnd(5)}${first}`, ...more.map((line) => `       ${line}`));
  }
  return lines;
}

/** Stands for a space that no line may end at. */
const GLUE = '\u0000';

/** An example that is wider than the page goes on in a second line, as a shell takes it. */
function exampleLines(example: string, width: number): string[] {
  // Not inside quotes, and not between `<` and its file.
  const whole = example.replaceAll(/"[^"]*"|< /g, (part) => part.replaceAll(' ', GLUE));
  const lines = wrap(whole, width - 4, '    ').map((line) => line.replaceAll(GLUE, ' '));
  return lines.map((line, at) => `  ${line}${at < lines.length - 1 ? ' \\' : ''}`);
}

function footer(
  command: AppCommand,
  common: readonly string[],
  width: number,
  all: boolean,
): string[] {
  const { details } = command;
  if (details === undefined) {
    if (command.commands.length === 0) return [];
    const path = ['groupctl', command.words(), '<command>'].filter(Boolean).join(' ');
    return ['', ...wrap(`Help for a command: ${path} --help`, width, '  ')];
  }
  if (all) return ['', 'All exit codes: groupctl help exit-codes'];
  const topics = common.map((name) => `groupctl help ${name.toLowerCase()}`);
  const codes = details.exitCodes.map(([code]) => code).join(', ');
  return [
    '',
    ...(topics.length === 0 ? [] : wrap(`Common options: ${topics.join(', ')}`, width, '  ')),
    ...wrap(`Exit codes: ${codes} (groupctl help exit-codes)`, width, '  '),
    ...wrap(`All options, the JSON: groupctl ${command.words()} --help --all`, width, '  '),
  ];
}

/**
 * The text in lines of at most `width` characters; a longer word has a line of its own.
 *
 * @param indent before the second line and those after it
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text)) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** What stays in one line: words, and quoted values with their spaces. */
function wordsOf(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [''];
}
