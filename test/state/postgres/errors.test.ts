import { describe, expect, it } from 'vitest';
import { storeError } from '../../../src/state/postgres/errors.ts';

const PLACE = { label: 'the shared store X', user: 'ci', schema: 's', database: 'd' };

const answered = (code: string, message: string): ReturnType<typeof storeError> =>
  storeError(Object.assign(new Error(message), { code }), PLACE);

describe('storeError', () => {
  it.each([
    ['53300', 'too many connections for role "ci"'],
    ['55000', 'database "d" is not currently accepting connections'],
    ['57P03', 'the database system is starting up'],
  ])('says of %s what the server said, and not that it cannot be reached', (code, message) => {
    expect(answered(code, message)).toMatchObject({
      code: 'store-unreachable',
      exitCode: 6,
      message: `The shared store X cannot be used now: ${message} (${code}).`,
    });
  });

  it('says of the network why the store cannot be reached', () => {
    expect(answered('EPIPE', 'write EPIPE').message).toBe(
      'The shared store X cannot be reached: the connection was cut.',
    );
  });

  it('does not take a server that is read-only for this user for a standby', () => {
    const { message, hint, code } = answered('25006', 'cannot execute INSERT');
    expect({ message, code }).toEqual({
      message: 'The shared store X is read-only for the user "ci".',
      code: 'store-read-only',
    });
    expect(hint).toContain('default_transaction_read_only');
  });

  it('does not take a missing column for a store that is not set up', () => {
    const { message, code } = answered('42703', 'column "protocol" does not exist');
    expect({ message, code }).toEqual({
      message:
        'The tables of the shared store X in the schema "s" are not those of this version of groupctl: column "protocol" does not exist.',
      code: 'store-tables',
    });
  });
});
