import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { OutputStream } from '../../src/output/io.ts';
import { printResult } from '../../src/output/present.ts';
import { outputTo } from '../../src/output/streams.ts';
import { styleFor } from '../../src/output/style.ts';

/** Output to a reader that takes it only when the test says so. */
function slow(): { readonly pipe: PassThrough; readonly stdout: OutputStream } {
  const pipe = new PassThrough({ highWaterMark: 1000 });
  const open = (): NodeJS.WriteStream => pipe as unknown as NodeJS.WriteStream;
  const onFailure = (): void => undefined;
  const stdout = outputTo({ fd: 1, isTTY: () => false, isDirect: false, open, onFailure });
  return { pipe, stdout };
}

/** Prints 100,000 numbers in the format. */
function print(stdout: OutputStream, format: 'json' | 'csv' | 'human'): Promise<unknown> {
  const rows = Array.from({ length: 100_000 }, (_, at) => [at]);
  const presentation = {
    json: rows,
    csv: { columns: ['n'], rows },
    human: () => rows.map(String),
  };
  const io = {
    stdout,
    stderr: stdout,
    stdinIsTTY: false,
    readStdin: () => Promise.reject(new Error('no input')),
  };
  return printResult(presentation, { format }, io, styleFor(stdout, false));
}

it.each(['json', 'csv', 'human'] as const)('%s waits for a slow reader', async (format) => {
  const { pipe, stdout } = slow();
  let isOver = false;
  const printed = print(stdout, format).then(() => (isOver = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isOver).toBe(false);
  // One piece waits, and not all of them.
  expect(pipe.writableLength + pipe.readableLength).toBeLessThan(50_000);
  pipe.resume();
  await printed;
});

it('does not wait for a reader that has gone away', async () => {
  const { pipe, stdout } = slow();
  const printed = print(stdout, 'json');
  await new Promise((resolve) => setTimeout(resolve, 20));
  pipe.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
  await printed;
});
