import { distance } from 'fastest-levenshtein';
import { nearest } from '../domain/near.ts';
import { OUTPUT_FORMATS } from '../output/io.ts';
import { harmless, secretName } from '../domain/shorten.ts';
import { SERVER_OPTIONS } from './server-options.ts';

/** Words of the command line that are wrong: what of them may be shown, and what was meant. */

/** What was typed, without what may be a secret, and short enough for one line. */
export function harmlessWord(text: string): string {
  const typed = harmless(text);
  return JSON.stringify(typed.length > 60 ? `${typed.slice(0, 60)}…` : typed);
}

/** Options after which a word of its own may be a secret: its second part, or all of it. */
const BEFORE_SECRETS = new Set<string>([
  ...SERVER_OPTIONS.flatMap(({ long, isCredential }) => (isCredential ? long : [])),
  '--login-username',
  '--login-password',
  '--key',
  '--api-key-command',
  '--client-secret-command',
]);

/** True if the word after this option, or after its value, may be a secret and is not shown. */
export function standsBeforeSecrets(long: string | undefined): boolean {
  return long !== undefined && BEFORE_SECRETS.has(long);
}

/** The name of an option without the value that stands in the same word, by `=` or by mistake. */
export function optionName(typed: string): { name: string; isWhole: boolean } {
  const letters = /^[-_a-z]*/i.exec(typed)?.[0] ?? '';
  const name = secretName(letters) ?? letters;
  return {
    name,
    isWhole: name.length === typed.length || /^[=:\s]/.test(typed.slice(name.length)),
  };
}

/** What to do about a word that is an option with the wrong beginning: `—name=QA`, `/name:QA`. */
export function optionHint(word: string): string | undefined {
  const [, dash = '', name = ''] = OPTION_LIKE.exec(word) ?? [];
  if (name === '') return undefined;
  const but = dash.startsWith('/') || dash === '' ? '' : `, not with the dash "${dash.charAt(0)}"`;
  return `An option begins with two hyphens${but}: --${name.toLowerCase()}.`;
}

const OPTION_LIKE =
  /^(?:([\u2010-\u2015\u2212]+-?|\/)(?=[a-z])|(?=[a-z-]+=))([a-z]+(?:-[a-z]+)*)(?=[=:\s]|$)/i;

/** Options that are called differently in other programs, or by another command. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  '--name': ['--username', '--user'],
  '--group': ['--name'],
  '--group-name': ['--name'],
  '--task': ['--name'],
  '--member': ['--username', '--user'],
  '--user': ['--member', '--username'],
  '--users': ['--member', '--username'],
  '--account': ['--member', '--username'],
  '--login': ['--member', '--username'],
  '--force': ['--yes'],
  '-f': ['--yes'],
  '--confirm': ['--yes'],
  '--no-confirm': ['--yes'],
  '--what-if': ['--dry-run'],
  '--server': ['--source'],
  '--url': ['--source'],
  '--token': ['--api-key'],
  '--key': ['--api-key'],
  '--format': ['--output'],
};

/** What to write instead of an option that this command does not have. */
export function optionInstead(typed: string, options: readonly string[]): string | undefined {
  const synonyms = typed === '--yes' ? [typed] : (SYNONYMS[typed.toLowerCase()] ?? []);
  // Elsewhere --username is of the account that logs in, and nobody means that.
  const isLogin = !options.includes('--login-username');
  const synonym = synonyms.find(
    (each) => options.includes(each) && !(isLogin && each === '--username'),
  );
  if (synonym !== undefined) return `Did you mean ${synonym}?`;
  // A group of commands has no options of its own.
  if (synonyms.includes('--yes') && options.includes('--json'))
    return 'This command never asks. Leave it out.';
  const near = nearestWord(typed, options);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

/** The right word that is nearest to a wrong one. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  return nearest(typed, words, typingDistance, 1)[0];
}

/** The edit distance, in which two neighbours that changed places are one mistake: `shwo`. */
function typingDistance(a: string, b: string): number {
  const far = distance(a, b);
  if (far !== 2 || a.length !== b.length) return far;
  const at = Array.from(a).findIndex((letter, place) => letter !== b[place]);
  const swapped = a.slice(0, at) + a.charAt(at + 1) + a.charAt(at) + a.slice(at + 2);
  return swapped === b ? 1 : far;
}

const SHORT: Readonly<Record<string, string>> = {
  '-o': '--output',
  '-q': '--quiet',
  '-v': '--verbose',
  '-y': '--yes',
};

/** `-ojson`: the letter with its value. */
const FORMAT_AT_ONCE = new RegExp(`^-o(?=(?:${OUTPUT_FORMATS.join('|')})$)`, 'i');

/** `-o=json` and `-ojson` as `--output=json`; `-output` is `--output` with a hyphen too few. */
export function longName(token: string): string {
  const [name = '', ...value] = token.replace(FORMAT_AT_ONCE, '-o=').split('=');
  const long = SHORT[name];
  return long === undefined ? token : [long, ...value].join('=');
}

/** Short names of commands; `rm` never deletes a group. */
export const ALIASES: Readonly<Record<string, string>> = { ls: 'list', rm: 'remove' };

/** The commands whose last words are these (`members add`, without its path), two at most. */
export function pathsEndingWith(
  typed: readonly string[],
  verbs: readonly (readonly string[])[],
): string[] {
  const wanted = typed.map((word) => ALIASES[word] ?? word);
  for (let count = wanted.length; count > 0; count--) {
    const end = wanted.slice(0, count).join(' ');
    const found = verbs.filter(
      (words) => words.length > count && words.slice(-count).join(' ') === end,
    );
    if (found.length > 0) return found.slice(0, 3).map((words) => `groupctl ${words.join(' ')}`);
  }
  return [];
}

/** @param word behind the value, in quotes; absent where it may be a secret */
export function quotesHint(long: string, word?: string): string {
  const example = word === undefined ? '…' : `… ${word.slice(1, -1)}`;
  return `A value with spaces takes quotes: ${long}="${example}".`;
}

/** `-p…` of `-pSECRET`. */
export function oneLetter(flag: string): string {
  return flag.length > 2 ? `${flag.slice(0, 2)}…` : flag;
}

/** @param near a word that is like the typed one, for where no path ends with it */
export function didYouMean(paths: readonly string[], near: string | undefined): string | undefined {
  if (paths.length > 0) return `Did you mean: ${joinedByOr(paths)}?`;
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

/** `a, b or c` */
export function joinedByOr(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** Commands that other tools, or other commands, call otherwise; for hints alone: nothing is done under these names. */
const SYNONYM_COMMANDS = [
  ['delete', 'remove', 'del', 'rm'],
  ['create', 'add', 'new'],
  ['edit', 'update', 'set', 'change', 'modify'],
  ['show', 'get', 'info'],
];

/** The one of these commands that is the same as the typed one. */
export function sameCommand(typed: string, names: readonly string[]): string | undefined {
  const same = SYNONYM_COMMANDS.find((words) => words.includes(typed));
  return names.find((name) => same?.includes(name) === true);
}
