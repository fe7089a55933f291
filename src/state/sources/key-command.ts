import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandWords } from '../../domain/command-words.ts';
import { errnoOf, GroupctlError, interruptedError, usageError } from '../../errors.ts';
import { secretText } from './secret-text.ts';

/** A command that prints a key: `op read …`, `pass …`. */

interface KeyCommandLimits {
  readonly platform: string;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
  /** Milliseconds that the command may take. */
  readonly limitMs: number;
  /** The command may ask something on the terminal. */
  readonly stdinIsTTY: boolean;
}

export const KEY_COMMAND_LIMIT_MS = 30_000;
/** More than any key; the rest is not read. */
const LONGEST_BYTES = 65_536;
/** How long a process may take to end, and the output of one that has ended. */
const GRACE_MS = 1000;

/** @throws usage (2) `bad-command` for an empty command, and for a quote without an end */
export function wordsOf(command: string, platform: string): [string, ...string[]] {
  const words = commandWords(command, platform);
  if (typeof words === 'string') {
    throw usageError(`The command has a ${words} without an end.`, undefined, 'bad-command');
  }
  const [program, ...rest] = words;
  if (program === undefined || program === '') {
    throw usageError('The command is empty.', undefined, 'bad-command');
  }
  return [program, ...rest];
}

/**
 * Runs the command without a shell; its standard error is this process's.
 *
 * @returns the first line of its output
 * @throws unauthorized (3) `key-command-failed`, without any of its output; interrupted (130)
 */
export async function keyFromCommand(
  command: string,
  source: string,
  limits: KeyCommandLimits,
): Promise<string> {
  const [program, ...args] = wordsOf(command, limits.platform);
  const fail = (why: string): GroupctlError =>
    new GroupctlError(
      'unauthorized',
      `The key command "${program}" of the source "${source}" ${why}.`,
      { code: 'key-command-failed', source, hint: 'Run the command by itself to see why.' },
    );
  const child = spawn(program, args, {
    stdio: [limits.stdinIsTTY ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    windowsHide: true,
  });
  const output = firstBytesOf(child);
  const end = await endOf(child, limits);
  if (end === 'aborted') throw interruptedError();
  if (end !== 'done') throw fail(end.why);
  const [line = ''] = secretText(output(), `The output of "${program}"`).split(/\r\n|\n|\r/);
  if (line.trim() === '') throw fail('printed no key on its first line');
  return line;
}

/** How a command ended. */
type End = 'done' | 'aborted' | { readonly why: string };

/** Collects what the command prints; a function that returns it. */
function firstBytesOf({ stdout }: ChildProcess): () => Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  stdout?.on('data', (part: Buffer) => {
    if (size < LONGEST_BYTES) parts.push(part);
    size += part.length;
  });
  return () => Buffer.concat(parts).subarray(0, LONGEST_BYTES);
}

async function endOf(child: ChildProcess, { signal, limitMs }: KeyCommandLimits): Promise<End> {
  const closed = new Promise<void>((done) => void child.once('close', () => done()));
  const exited = new Promise<End>((done) => {
    child.once('error', (error) =>
      done({ why: `could not be started (${errnoOf(error) ?? 'error'})` }),
    );
    child.once('exit', (code, by) =>
      done(code === 0 ? 'done' : { why: `failed (${by ?? `exit ${code ?? '?'}`})` }),
    );
  });
  const timer = new AbortController();
  const tooLate = sleep<End>(
    limitMs,
    { why: `did not end within ${limitMs / 1000} s` },
    { signal: timer.signal },
  );
  tooLate.catch(() => undefined);
  const aborted = new Promise<End>((done) => {
    if (signal.aborted) done('aborted');
    signal.addEventListener('abort', () => done('aborted'), { signal: timer.signal });
  });
  try {
    const end = await Promise.race([exited, tooLate, aborted]);
    // What it started in the background may keep its output open.
    if (end === 'done') await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
    else await stop(child, exited);
    return end;
  } finally {
    timer.abort();
    child.stdout?.destroy();
  }
}

/** Ends a command that is still running. */
async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill();
  await Promise.race([exited, sleep(GRACE_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
}
