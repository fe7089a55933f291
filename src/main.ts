import { isatty } from 'node:tty';
import type { Host } from './deps.ts';
import { errnoOf } from './errors.ts';
import type { OutputStream } from './output/io.ts';
import { run } from './program.ts';

/** The process and the program: arguments, streams, signals, exit code. Nothing else touches it. */

export async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The first one lets the write under way finish; the second ends at once.
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort();
    });
  }
  const output = { lost: false };
  const lostOutput = (error: unknown): void => {
    output.lost = true;
    const why = errnoOf(error) ?? 'error';
    host.io.stderr.write(
      `groupctl: The result could not be written to standard output (${why}); what was done is done.\n`,
    );
    // It may come after the run: a pipe tells later.
    if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 1;
  };
  const host: Host = {
    env: process.env,
    platform: process.platform,
    signal: interrupt.signal,
    clock: {
      // Does not jump when the clock of the machine is set.
      now: () => Math.floor(performance.timeOrigin + performance.now()),
      random: () => Math.random(),
      sleep: async (ms, signal) => {
        const { setTimeout: sleep } = await import('node:timers/promises');
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
    io: {
      stdout: outputTo(1, () => process.stdout, lostOutput),
      // Nobody is left to tell when standard error cannot be written either.
      stderr: outputTo(
        2,
        () => process.stderr,
        () => undefined,
      ),
      stdinIsTTY: isatty(0),
      readStdin,
      ask: async (question, signal) => {
        const { askOnTerminal } = await import('./output/ask-prompt.ts');
        const { stdin: input, stderr: output } = process;
        return await askOnTerminal({ question, input, output, signal });
      },
    },
  };
  process.exitCode = await run(process.argv.slice(2), host);
  if (output.lost && process.exitCode === 0) process.exitCode = 1;
}

/**
 * A stream of the process, opened when it is first written to: opening one takes milliseconds. A
 * reader that has gone away (`| head`) is no error of ours.
 */
function outputTo(
  fd: number,
  open: () => NodeJS.WriteStream,
  onFailure: (error: unknown) => void,
): OutputStream {
  let gone = false;
  let opened: NodeJS.WriteStream | undefined;
  const fail = (error: unknown): void => {
    if (gone) return;
    gone = true;
    if (errnoOf(error) !== 'EPIPE') onFailure(error);
  };
  const stream = (): NodeJS.WriteStream => {
    if (opened !== undefined) return opened;
    opened = open();
    opened.on('error', fail);
    return opened;
  };
  const isTTY = isatty(fd);
  return {
    isTTY,
    get columns() {
      return isTTY ? stream().columns : undefined;
    },
    write(text) {
      if (gone) return;
      try {
        stream().write(text);
      } catch (error) {
        // A file that cannot take it (a full disk) throws at once.
        fail(error);
      }
    },
  };
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
