import { isatty } from 'node:tty';
import type { Host } from './deps.ts';
import { errnoOf } from './errors.ts';
import type { OutputStream } from './output/io.ts';
import { run } from './program.ts';

/** The process and the program: arguments, streams, signals, exit code. Nothing else touches it. */

export async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The first one lets the write under way finish; the second ends at once.
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort();
    });
  }
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
      stdout: output(1, () => process.stdout),
      stderr: output(2, () => process.stderr),
      stdinIsTTY: isatty(0),
      readStdin,
    },
  };
  process.exitCode = await run(process.argv.slice(2), host);
}

/**
 * A stream of the process, opened when it is first written to: opening one takes milliseconds. A
 * reader that has gone away (`| head`) is no error of ours.
 */
function output(fd: number, open: () => NodeJS.WriteStream): OutputStream {
  let gone = false;
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    if (opened !== undefined) return opened;
    opened = open();
    opened.on('error', (error) => {
      if (errnoOf(error) !== 'EPIPE') throw error;
      gone = true;
    });
    return opened;
  };
  return {
    isTTY: isatty(fd),
    write(text) {
      if (!gone) stream().write(text);
    },
  };
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

void main();
