import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/cli/deps.ts';
import { run } from '../../src/program.ts';
import type { Keyring } from '../../src/state/sources/keyring.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
  /** stdout and stderr are a terminal; stdin is one when nothing is given for it. */
  readonly tty?: boolean;
  /** stderr is a terminal, whatever stdout is. */
  readonly stderrTty?: boolean;
  /** The width of the terminal. */
  readonly columns?: number;
  /** Its height. */
  readonly rows?: number;
  /** Is given what is shown in a pager, and the command of it. */
  readonly onPage?: (command: readonly string[], text: string) => void;
  /** The answers to the questions, in their order: all of them have to be asked. */
  readonly answers?: readonly Answer[];
  readonly signal?: AbortSignal;
  /** The entries of the keyring; a string: what is wrong with it. Absent: there is none. */
  readonly keyring?: Map<string, string> | string;
  readonly platform?: string;
  readonly clock?: Partial<Host['clock']>;
  /** How time passes while nothing else happens; absent: it does not, however slow the machine is. */
  readonly every?: Host['every'];
}

export interface Cli {
  /** The folders of this user: config and state. */
  readonly config: string;
  readonly state: string;
  run(argv: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The parsed stdout of a run with --json, which has to exit 0. */
  json(argv: readonly string[], options?: CliOptions): Promise<unknown>;
}

/** The answer to a question: a line, yes or no; `cancelled` is Ctrl-C. */
export type Answer = string | boolean;

/** A temporary folder, gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** How much time may pass between two looks at the clock, in milliseconds. */
const LONGEST_STEP_MS = 10;

/**
 * The time as a run on a quiet machine sees it: a run that is kept waiting for the processor is not
 * late. Else a busy machine would make it report a long wait, or show its progress.
 */
function calmTime(): () => number {
  let real = Date.now();
  let calm = real;
  return () => {
    const now = Date.now();
    calm += Math.min(now - real, LONGEST_STEP_MS);
    real = now;
    return calm;
  };
}

async function keyringOf(entries: CliOptions['keyring']): Promise<Keyring> {
  if (!(entries instanceof Map)) throw new Error(entries);
  return {
    get: async (entry) => entries.get(entry),
    set: async (entry, secret) => void entries.set(entry, secret),
    delete: async (entry) => void entries.delete(entry),
  };
}

/** The whole program in this process, with a user's folders of its own and no waiting. */
export function cli(): Cli {
  const home = temporaryFolder();
  const config = join(home, 'config');
  const state = join(home, 'state');
  let skippedMs = 0;
  const start = async (argv: readonly string[], options: CliOptions = {}): Promise<CliResult> => {
    let stdout = '';
    let stderr = '';
    const calm = calmTime();
    const isTTY = options.tty ?? false;
    const { columns } = options;
    const answers = [...(options.answers ?? [])];
    // What was asked without an answer, which the program may take for a failure of its own.
    let unanswered: string | undefined;
    const host: Host = {
      env: { GROUPCTL_CONFIG_DIR: config, GROUPCTL_STATE_DIR: state, ...options.env },
      platform: options.platform ?? 'linux',
      ...(options.keyring === undefined ? {} : { keyring: () => keyringOf(options.keyring) }),
      signal: options.signal ?? new AbortController().signal,
      clock: {
        now: () => calm() + skippedMs,
        random: () => 0.5,
        sleep: async (ms, signal) => {
          // Waits are skipped but for a moment, and the clock is set ahead by the rest.
          const moment = Math.min(ms, 5);
          await sleep(moment, undefined, signal === undefined ? {} : { signal });
          skippedMs += ms - moment;
        },
        ...options.clock,
      },
      every: options.every ?? (() => () => undefined),
      io: {
        stdout: { isTTY, columns, rows: options.rows, write: (text) => void (stdout += text) },
        stderr: {
          isTTY: options.stderrTty ?? isTTY,
          columns,
          write: (text) => void (stderr += text),
        },
        stdinIsTTY: options.stdin === undefined,
        readStdin: () => Promise.resolve(Buffer.from(options.stdin ?? '')),
        openPager: async ({ words }) => {
          if (options.onPage === undefined) throw new Error('ENOENT');
          let text = '';
          return {
            write: (more) => void (text += more),
            end: async () => options.onPage?.(words, text),
          };
        },
        readLine: ({ text, hidden }) => {
          const answer = answers.shift();
          if (answer === undefined) {
            unanswered ??= text;
            return Promise.reject(new Error(`The test has no answer to: ${text}`));
          }
          const isCancelled = answer === 'cancelled';
          const typed = typeof answer === 'string' ? answer : answer ? 'y' : 'n';
          stderr += `${text} ${hidden === true || isCancelled ? '' : typed}\n`;
          return Promise.resolve(isCancelled ? undefined : typed);
        },
      },
    };
    const code = await run(argv, host);
    if (unanswered !== undefined) throw new Error(`The test has no answer to: ${unanswered}`);
    if (answers.length > 0) throw new Error(`Not asked: ${answers.length} answers are left.`);
    return { code, stdout, stderr };
  };
  return {
    config,
    state,
    run: start,
    async json(argv, options) {
      const result = await start([...argv, '--json'], options);
      if (result.code !== 0) throw new Error(`exit ${result.code}: ${result.stderr}`);
      return JSON.parse(result.stdout) as unknown;
    },
  };
}
