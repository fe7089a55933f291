import { expect, it } from 'vitest';
import { undefinedIf, usageError, GroupctlError } from '../../src/errors.ts';

const failing = (error: Error) => (): Promise<string> => Promise.reject(error);
const missing = new GroupctlError('not-found', 'It is not there.', { code: 'no-such-group' });

it('is what the work returns, and undefined if it fails with the code', async () => {
  expect(await undefinedIf('no-such-group', () => Promise.resolve('it'))).toBe('it');
  expect(await undefinedIf('no-such-group', failing(missing))).toBeUndefined();
});

it('passes on every other failure', async () => {
  const others = [usageError('Not so.', 'Do it so.'), new TypeError('a bug')];
  for (const other of others) {
    await expect(undefinedIf('no-such-group', failing(other))).rejects.toBe(other);
  }
});
