import { describe, expect, it } from 'vitest';
import { cli } from '../../../helpers/cli.ts';
import { inTurn, page, status, type Turn } from '../../../helpers/proget.ts';
import { serve } from '../../../helpers/server.ts';
import { at } from '../../../commands/helpers.ts';

const DELETE = ['security', 'users', 'delete', '--username=ann'];

/** A deletion that takes effect at the first call, whatever is answered to that and to the second. */
async function deleteAnn(first: Turn, second: Turn) {
  let users = [{ name: 'ann' }];
  const server = await serve(
    inTurn('get', 'users/list', () => Response.json(users)),
    inTurn('post', 'users/delete', (request) => {
      users = [];
      return first(request);
    }),
    inTurn('delete', 'users/delete', second),
  );
  return await cli().run([...DELETE, ...at(server)]);
}

describe('a deletion by either verb', () => {
  it.each([404, 405])('is read back after a page (%i) and no other verb', async (code) => {
    const result = await deleteAnn(page('Not Found', code), status(405));
    expect(result).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`The server answered ${code} to POST users/delete`) as string,
    });
  });

  it('is not supported where the server has neither verb', async () => {
    const result = await deleteAnn(status(405), status(405));
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });
});
