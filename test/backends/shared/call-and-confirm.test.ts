import { describe, expect, it } from 'vitest';
import { callAndConfirm } from '../../../src/backends/shared/call-and-confirm.ts';
import { GroupctlError } from '../../../src/errors.ts';
import { deadlineError } from '../../../src/http/deadline.ts';
import { waitTooLongError } from '../../../src/http/patience.ts';

const CUT = new GroupctlError('network', 'The connection was cut.', { code: 'connection-cut' });
const NO_STORE = new GroupctlError('network', 'The store cannot be reached.', {
  code: 'store-unreachable',
  nothingWritten: true,
});

/** What came of a call that fails in these ways, one after the other, and never takes effect. */
async function failing(...failures: readonly Error[]) {
  const made = { sends: 0, reads: 0 };
  const call = callAndConfirm({
    send: () => Promise.reject(failures[made.sends++] ?? new Error('no more failures')),
    readBack: () => Promise.resolve(++made.reads < 0),
    call: 'POST groups/add',
    what: '"QA" was created',
    warn: () => undefined,
    sends: 3,
  });
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, ...made };
}

describe('a call', () => {
  it.each([
    ['the server asks for too long a wait', waitTooLongError(3_600_000)],
    ['the deadline has passed', deadlineError('no time is left for another request')],
    ['its intent cannot be recorded', NO_STORE],
  ])('that was not sent ends with its failure, and nothing is read: %s', async (_, error) => {
    expect(await failing(error)).toEqual({ error, sends: 1, reads: 0 });
  });

  it('that was sent when the deadline passed is read back', async () => {
    const late = deadlineError('no complete answer came', false);
    expect(await failing(late, late, late)).toMatchObject({ sends: 3, reads: 3 });
  });

  it('that was not answered stays in doubt if it cannot be sent again', async () => {
    const result = await failing(CUT, waitTooLongError(3_600_000));
    expect(result).toEqual({ error: CUT, sends: 2, reads: 1 });
  });
});
