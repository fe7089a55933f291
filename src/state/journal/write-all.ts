import { writeSync } from 'node:fs';

/**
 * A disk that is nearly full takes a part of it, and says no only to the next part.
 *
 * @returns how many bytes it is
 */
export function writeAll(fd: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  return bytes.length;
}
