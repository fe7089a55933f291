import { fstatSync, statSync, writeSync } from 'node:fs';
import { asksForJson } from './cli/asks-for-json.ts';
import type { Host } from './cli/deps.ts';
import { rootAnswer } from './cli/root-help.ts';
import { errnoOf } from './errors.ts';
import { LONGEST_TIMER_MS } from './http/deadline.ts';
import { outputTo } from './output/streams.ts';
import { processesOf } from './state/lock/processes.ts';

/** The clock of the machine once, and one that only goes on; `performance` loads eight modules more. */
const STARTED_AT = Date.now();
const STARTED = process.hrtime.bigint();

/** The process and the program: arguments, streams, signals, exit code. Nothing else touches it. */

export async function main(): Promise<void> {
  // Made when a command asks for it: help and completion do not.
  let interrupt: AbortController | undefined;
  let isInterrupted = false;
  const recorded: { next?: string } = {};
  let isPaging = false;
  // SIGBREAK is Ctrl-Break, of Windows alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
    process.on(signal, () => {
      // The first one lets the write under way finish; the second ends at once.
      // A person who reads in the pager leaves it with its own keys.
      if (isPaging && signal === 'SIGINT') return;
      if (isInterrupted) endAtOnce(recorded.next);
      isInterrupted = true;
      interrupt?.abort();
    });
  }
  // A file that must not grow any more is an error of the write; a library would end the process.
  process.on('SIGXFSZ', () => undefined);
  const output = { lost: false };
  const lostOutput = (error: unknown): void => {
    output.lost = true;
    const why = errnoOf(error) ?? 'error';
    const message = `The result could not be written to standard output (${why}); what was done is done.`;
    const json = JSON.stringify({ error: { code: 'output-lost', message, exitCode: 1 } });
    host.io.stderr.write(`${asksForJson(process.argv) ? json : `groupctl: ${message}`}\n`);
    // It may come after the run: a pipe reports it late.
    if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 1;
  };
  const isDirect = process.platform !== 'win32';
  const host: Host = {
    env: process.env,
    platform: process.platform,
    nodeVersion: process.version,
    get signal() {
      interrupt ??= new AbortController();
      if (isInterrupted) interrupt.abort();
      return interrupt.signal;
    },
    clock: {
      // Does not jump when the clock of the machine is set.
      now: () => Math.floor(STARTED_AT + Number(process.hrtime.bigint() - STARTED) / 1e6),
      random: () => Math.random(),
      sleep: async (ms, signal) => {
        const { setTimeout: sleep } = await import('node:timers/promises');
        await sleep(
          Math.min(ms, LONGEST_TIMER_MS),
          undefined,
          signal === undefined ? {} : { signal },
        );
      },
    },
    processes: processesOf(process),
    saveMemory,
    keyring: async () => await (await import('./state/sources/keyring.ts')).systemKeyring(),
    onRecord: (next) => void (recorded.next = next),
    io: {
      stdout: outputTo({
        fd: 1,
        isTTY: () => isTerminal(1),
        isDirect,
        open: () => process.stdout,
        onFailure: lostOutput,
      }),
      // A message that cannot be written either is lost.
      stderr: outputTo({
        fd: 2,
        isTTY: () => isTerminal(2),
        isDirect,
        open: () => process.stderr,
        onFailure: () => undefined,
      }),
      get stdinIsTTY() {
        return isTerminal(0);
      },
      readStdin,
      openPager: async (command) => {
        const { startPager } = await import('./output/pager.ts');
        const pager = await startPager(command);
        isPaging = true;
        return pager;
      },
      readLine: async (question, signal) => {
        const { forgetTyped, readLineOnTerminal } = await import('./output/ask/prompt.ts');
        const { stdin: input, stderr: output } = process;
        await forgetTyped(input);
        // A terminal that does not know how wide it is would get one letter a line.
        if (output.columns === 0) output.columns = 80;
        return await readLineOnTerminal({ question, input, output, signal });
      },
    },
  };
  const argv = process.argv.slice(2);
  const { stdout } = host.io;
  const answer = rootAnswer(argv, () => stdout.columns);
  if (answer === undefined) process.exitCode = await (await import('./program.ts')).run(argv, host);
  else stdout.write(answer);
  if (output.lost && process.exitCode === 0) process.exitCode = 1;
}

/** @param next the command that says what became of the run, or finishes it */
function endAtOnce(next: string | undefined): never {
  const how = next === undefined ? '' : ` What was under way is in doubt: ${next}`;
  const message = `Ended at once.${how}`;
  const error = { code: 'interrupted', message, exitCode: 130 };
  try {
    writeSync(
      2,
      `${asksForJson(process.argv) ? JSON.stringify({ error }) : `groupctl: ${message}`}\n`,
    );
  } catch {
    // Standard error is gone as well.
  }
  process.exit(130);
}

/** So many rows need much more memory than the program itself. */
const VERY_MANY = 20_000;
/** How much the heap may grow before it is collected, and how often its size is checked. */
const ROOM_BYTES = 16 * 1024 * 1024;
const LOOK_MS = 100;

let isSaving = false;

/** V8 lets a heap grow to several times of what is in use before it collects all of it. */
async function saveMemory(rows: number): Promise<void> {
  if (rows <= VERY_MANY || isSaving) return;
  isSaving = true;
  const { getHeapStatistics, setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const size = (): number => getHeapStatistics().used_heap_size;
  let settled = 0;
  setInterval(() => {
    if (size() < settled + ROOM_BYTES) return;
    collect();
    settled = size();
  }, LOOK_MS).unref();
}

/**
 * True if the descriptor is a terminal. What is no character device is none, and needs no `node:tty`, which
 * loads all of the network.
 */
function isTerminal(fd: number): boolean {
  if (process.platform !== 'win32' && !isCharacterDevice(fd)) return false;
  return process.getBuiltinModule('node:tty').isatty(fd);
}

function isCharacterDevice(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    // Output that is thrown away is a character device, too.
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    // It is closed.
    return false;
  }
}

async function readStdin(signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  // Somebody may sit at a terminal and type: an interrupt ends that.
  const { addAbortSignal } = await import('node:stream');
  const stdin = addAbortSignal(signal, process.stdin);
  for await (const part of stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

void main();
