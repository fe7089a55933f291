import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { foldName } from '../../src/domain/names.ts';
import type { SandboxKind } from '../../src/sandbox/server.ts';
import type { CliResult } from '../helpers/cli.ts';
import type { FuzzClock } from './clock.ts';
import type { Asked } from './commands.ts';
import { infisicalWrites } from './rules-infisical.ts';
import { progetWrites } from './rules-proget.ts';
import { formsOf } from './secret-forms.ts';
import type { Exchange } from './server.ts';

/** One run that has ended. */
export interface Ran {
  readonly kind: SandboxKind;
  readonly words: readonly string[];
  readonly tty: boolean;
  readonly asked: Asked;
  readonly secrets: readonly string[];
  readonly result: CliResult;
  readonly exchanges: readonly Exchange[];
  readonly clock: FuzzClock;
  /** The folders of its user. */
  readonly home: readonly string[];
}

/** What a run may exit with, whatever the server answers (docs/exit-codes.md). */
const EXIT_CODES = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]);

/** The most requests, and the longest waits together, that a server can make a run take. */
const MOST_REQUESTS = 400;
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** The most calls within so many milliseconds that a server could take for an attack. */
const MOST_AT_ONCE = 5;
const AT_ONCE_MS = 5000;

/** Each rule that the run has broken, in a sentence. */
export function broken(ran: Ran): string[] {
  return [
    ...exit(ran),
    ...json(ran),
    ...secrets(ran),
    ...controls(ran),
    ...limits(ran),
    ...(ran.kind === 'proget' ? progetWrites(ran) : infisicalWrites(ran)),
  ];
}

function exit({ result: { code, stderr } }: Ran): string[] {
  const faults: string[] = [];
  if (!EXIT_CODES.has(code)) faults.push(`The exit code is ${code}.`);
  if (/bug in groupctl|Unexpected error/.test(stderr)) faults.push('It says that it has a bug.');
  if (code !== 0 && stderr === '') faults.push('It failed without a word.');
  return faults;
}

function json({ words, result: { code, stdout, stderr } }: Ran): string[] {
  if (!words.includes('--json')) return [];
  const faults: string[] = [];
  if (stdout !== '' && !isJson(stdout)) faults.push('stdout is not one JSON document.');
  if (code === 0 && stdout === '') faults.push('stdout is empty.');
  if (code === 0) return faults;
  // On a terminal the progress stood in that line before, and was taken away.
  const last = stderr.trimEnd().split('\n').at(-1)?.split('\u001b[2K').at(-1) ?? '';
  const error = isJson(last) ? (JSON.parse(last) as { error?: Record<string, unknown> }).error : {};
  const { exitCode, code: word, message } = error ?? {};
  if (exitCode !== code) faults.push(`The last line of stderr names exit ${String(exitCode)}.`);
  if (typeof word !== 'string' || typeof message !== 'string') faults.push('It has no message.');
  return faults;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function secrets({ secrets: kept, result, home }: Ran): string[] {
  const places: [string, string][] = [
    ['stdout', result.stdout],
    ['stderr', result.stderr],
    ...home.flatMap(textsIn),
  ];
  const faults: string[] = [];
  for (const secret of kept.filter((each) => !isWord(each))) {
    const forms = formsOf(secret);
    for (const [place, text] of places) {
      for (const form of forms) if (text.includes(form)) faults.push(`The key is in ${place}.`);
    }
  }
  return faults;
}

/** What stands in any output: no key that anybody has, but nothing may break on it. */
function isWord(secret: string): boolean {
  return /^(true|\d+)$/.test(secret);
}

function textsIn(folder: string): [string, string][] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true }) as string[];
  } catch {
    return [];
  }
  // The configuration is where a key is kept.
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return files.map((path) => [path, readFileSync(path, 'utf8')]);
}

// eslint-disable-next-line no-control-regex -- finding control characters is what this is for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
// eslint-disable-next-line no-control-regex -- the program's own colours, and its progress
const OWN = /\u001b\[\d+m|\r(?=[^\r]*\u001b\[2?K)|\u001b\[2?K/g;

function controls({ words, tty, result: { stdout, stderr } }: Ran): string[] {
  const faults: string[] = [];
  const shown = (text: string): string => (tty ? text.replace(OWN, '') : text);
  // CSV to a file or a pipe has the names as they are.
  const isPlain = words.includes('--output=csv') && !tty;
  if (!isPlain && CONTROL.test(shown(stdout))) faults.push('stdout has a control character.');
  if (CONTROL.test(shown(stderr))) faults.push('stderr has a control character.');
  return faults;
}

function limits({ kind, exchanges, clock }: Ran): string[] {
  const faults: string[] = [];
  // On Infisical each member is a write of its own; a login is never one of many.
  const counted = exchanges.filter(
    ({ method, path }) => method !== 'GET' && (kind === 'proget' || path.endsWith('/login')),
  );
  const isStorm = counted.some(
    ({ at }, first) => (counted[first + MOST_AT_ONCE]?.at ?? Infinity) - at < AT_ONCE_MS,
  );
  if (isStorm) faults.push('It sent more than 5 writes or logins in 5 s.');
  if (exchanges.length > MOST_REQUESTS) faults.push(`It sent ${exchanges.length} requests.`);
  if (!(clock.waited <= LONGEST_WAIT_MS)) faults.push(`It waited ${clock.waited / 1000} s.`);
  return faults;
}

/** True if two names are one to whoever typed them: with white space around them, or in other case. */
export function isAsked(name: string, asked: readonly string[]): boolean {
  const key = foldName(name.trim());
  return asked.some((each) => foldName(each.trim()) === key);
}
