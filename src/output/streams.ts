import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { errnoOf } from '../errors.ts';
import type { OutputStream } from './io.ts';

/** The standard streams of the process. Node's own objects for them take milliseconds to open. */

interface Output {
  readonly fd: number;
  readonly isTTY: () => boolean;
  readonly isDirect: boolean;
  readonly open: () => NodeJS.WriteStream;
  readonly onFailure: (error: unknown) => void;
}

/**
 * A stream of the process. A reader that has gone away (`| head`) is not an error.
 *
 * @param open Node's stream, for what cannot be written at once
 * @param isDirect false on Windows: its consoles and pipes need Node's stream
 * @param onFailure called once, when the output is lost
 */
export function outputTo({ fd, isTTY: ask, isDirect, open, onFailure }: Output): OutputStream {
  let known: boolean | undefined;
  const isTTY = (): boolean => (known ??= ask());
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
  return {
    get isTTY() {
      return isTTY();
    },
    get columns() {
      return isTTY() ? stream().columns : undefined;
    },
    get rows() {
      return isTTY() ? stream().rows : undefined;
    },
    async drained() {
      if (opened !== undefined && !gone) await drained(opened);
    },
    write(text) {
      if (gone) return;
      try {
        const rest = isDirect && opened === undefined ? writeAll(fd, text) : text;
        if (rest.length > 0) stream().write(rest);
      } catch (error) {
        // A file that cannot take it (a full disk) throws at once.
        fail(error);
      }
    },
  };
}

/** Waits until the reader of a stream has taken enough for more, or has gone away. */
export async function drained(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

/** Writes as much as the reader takes without waiting in Node; returns the rest. */
function writeAll(fd: number, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      // A pipe that somebody made non-blocking is full.
      if (errnoOf(error) === 'EAGAIN') break;
      throw error;
    }
  }
  return bytes.subarray(done);
}
