import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';

/** A named pipe as the file of --failures: it takes nothing until somebody reads from it. */

const RETRY_MS = 50;

/**
 * Writes a text to a pipe, as soon as somebody reads from it.
 *
 * @param signal ends the wait; then it throws whatever it may
 * @param onWait is called once, if nobody reads yet
 */
export async function writeToPipe(
  path: string,
  text: string,
  signal: AbortSignal,
  onWait: () => void,
): Promise<void> {
  let fd = openForWriting(path);
  if (fd === undefined) onWait();
  while (fd === undefined) {
    await sleep(RETRY_MS, undefined, { signal });
    fd = openForWriting(path);
  }
  const socket = addAbortSignal(signal, new Socket({ fd, readable: false, writable: true }));
  socket.end(text);
  await finished(socket);
}

/** Tells a reader that nothing comes. */
export function endPipe(path: string): void {
  const fd = openForWriting(path);
  if (fd !== undefined) closeSync(fd);
}

/** Undefined: nobody reads from it. Without that flag, opening it would wait in a thread that nothing ends. */
function openForWriting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENXIO') return undefined;
    throw error;
  }
}
