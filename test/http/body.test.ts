import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BODY_CAP, readBody } from '../../src/http/body.ts';

const MIB = 1024 * 1024;

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield await Promise.resolve(new Uint8Array(size).fill(0x20));
}

const TOO_LARGE = {
  kind: 'protocol',
  code: 'body-too-large',
  message: 'The answer is larger than 2 MiB and was not read.',
};

describe('the cap of an answer', () => {
  it('is 64 MiB', () => {
    expect(BODY_CAP).toBe(64 * MIB);
  });

  it('lets through what just fits', async () => {
    const body = await readBody(chunks(MIB, MIB), {}, 2 * MIB);
    expect(body.text()).toHaveLength(2 * MIB);
  });

  it('ends the reading at the first byte beyond it', async () => {
    const source = chunks(MIB, MIB, 1, MIB);
    await expect(readBody(source, {}, 2 * MIB)).rejects.toMatchObject(TOO_LARGE);
    // The stream was told to stop, so nothing more is taken from the network.
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });

  it('counts after unpacking too', async () => {
    const bomb = gzipSync(Buffer.alloc(2 * MIB + 1));
    async function* packed(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bomb);
    }
    expect(bomb.length).toBeLessThan(MIB / 10);
    const headers = { 'content-encoding': 'gzip' };
    await expect(readBody(packed(), headers, 2 * MIB)).rejects.toMatchObject(TOO_LARGE);
  });

  it('takes an empty answer for empty, packed or not', async () => {
    expect((await readBody(chunks(), {})).text()).toBe('');
    expect((await readBody(chunks(), { 'content-encoding': 'gzip' })).text()).toBe('');
  });
});
