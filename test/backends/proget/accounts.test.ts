import { http, HttpResponse, type RequestHandler } from 'msw';
import { onTestFinished, describe, expect, it } from 'vitest';
import type { AccountFacts } from '../../../src/backends/port.ts';
import type { Deletion } from '../../../src/backends/security-port.ts';
import type { OutputSettings } from '../../../src/output/io.ts';
import { type Host } from '../../../src/cli/deps.ts';
import { createDeps } from '../../../src/cli/create-deps.ts';
import type { GroupctlError } from '../../../src/errors.ts';
import { Redactor } from '../../../src/http/redact.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { cut, inTurn, noAnswer, page, status, type Turn } from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

/** Permissions and API keys of one account: what is asked, what is told, and what never is. */

const SECRET = 'c0ffee-S3CR3T-0001';
const PERMISSIONS = [
  { id: 1, group: 'Developers', task: 'View', deny: false },
  { id: 2, user: 'DJones', task: 'Promote', feed: 'internal', deny: false },
  { id: 3, user: 'djones2', task: 'Promote', deny: false },
  { id: 4, user: 'djones', task: 'Manage', feedGroup: 'Releases', feed: null, deny: true, x: 1 },
  { user: 'djones', task: 'Old' },
];
const KEYS = [
  { id: 1, type: 'System', user: 'djones', displayName: 'Not theirs', key: SECRET },
  { id: 2, type: 'Personal', user: 'DJONES', displayName: 'Laptop', key: SECRET },
  { id: 3, type: 'Personal', user: 'jsmith', key: SECRET },
  { id: '4a', type: 'personal', user: 'djones', expiration: '2031-01-31T00:00:00Z', key: SECRET },
  { id: 5, type: 'Personal', user: null, key: SECRET },
  { id: 6, type: 'Feed', displayName: 'Nightly' },
];

const permissions = (...turns: Turn[]): RequestHandler =>
  inTurn('get', 'permissions/list', ...turns);
const listed =
  (rows: unknown): Turn =>
  () =>
    HttpResponse.json(rows as object);

/** One call under `api/api-keys/` that is answered in turn. */
function keys(method: 'get' | 'post' | 'delete', call: string, ...turns: Turn[]): RequestHandler {
  let asked = 0;
  return http[method](`*/api/api-keys/${call}`, async ({ request }) => {
    const turn = turns[Math.min(asked++, turns.length - 1)];
    if (turn === undefined) throw new Error('no answer');
    return await turn(request);
  });
}

interface Opened {
  readonly accounts: AccountFacts;
  readonly deleteKey: (id: string) => Promise<Deletion>;
  readonly server: TestServer;
  readonly said: () => string;
}

/** A ProGet source as --verbose --show-body opens it, and everything it says. */
async function open(...handlers: RequestHandler[]): Promise<Opened> {
  const server = await serve(...handlers);
  let said = '';
  const stream = { isTTY: false, write: (text: string) => void (said += text) };
  const host: Host = {
    env: { GROUPCTL_STATE_DIR: temporaryFolder(), GROUPCTL_CONFIG_DIR: temporaryFolder() },
    platform: 'linux',
    signal: new AbortController().signal,
    clock: { now: () => Date.now(), random: () => 0.5, sleep: async () => undefined },
    io: { stdout: stream, stderr: stream, stdinIsTTY: false, readStdin: async () => Buffer.of() },
  };
  const output: OutputSettings = { format: 'human', quiet: false, verbose: true, color: false };
  const deps = createDeps({ host, output, version: '0.0.0' }, new Redactor());
  const source = { name: 'test', kind: 'proget', url: server.url } as const;
  const connection = await deps.connectToSource(source, { showBody: true });
  onTestFinished(() => connection.close());
  const { accounts, security } = connection.directory;
  if (accounts === undefined || security === undefined) throw new Error('no accounts');
  const deleteKey = (id: string): Promise<Deletion> =>
    security.deleteApiKey({ id }, { beforeSend: async () => undefined });
  return { accounts, deleteKey, server, said: () => said };
}

async function errorOf(promise: Promise<unknown>): Promise<GroupctlError> {
  return await promise.then(
    () => Promise.reject(new Error('It was not rejected.')),
    (error: unknown) => error as GroupctlError,
  );
}

/** Everything that an error says or carries. */
const wholeOf = ({ message, hint, details, body, stack }: GroupctlError): string =>
  JSON.stringify([message, hint, details, body, stack]);

describe('what an account holds', () => {
  it('is what is given to it directly, and its personal keys, whatever the case', async () => {
    const { accounts, server } = await open(
      permissions(listed(PERMISSIONS)),
      keys('get', 'list', listed(KEYS)),
    );
    expect(await accounts.holdings('dJones')).toEqual({
      permissions: {
        list: [
          { id: '2', task: 'Promote', feed: 'internal', deny: false },
          { id: '4', task: 'Manage', feedGroup: 'Releases', deny: true },
          { task: 'Old', deny: false },
        ],
      },
      apiKeys: {
        list: [
          { id: '2', displayName: 'Laptop' },
          { id: '4a', expiration: '2031-01-31T00:00:00Z' },
        ],
      },
    });
    expect(server.calls()).toEqual([
      'GET /api/security/permissions/list',
      'GET /api/api-keys/list',
    ]);
  });

  it('never holds, shows or traces a key; other answers are shown as ever', async () => {
    const { accounts, said } = await open(
      permissions(listed(PERMISSIONS)),
      keys('get', 'list', listed(KEYS)),
    );
    expect(JSON.stringify(await accounts.holdings('djones'))).not.toContain(SECRET);
    expect(said()).not.toContain('S3CR3T');
    expect(said()).toContain('"task":"Promote"');
    expect(said()).toContain('(an answer that may hold API keys is not shown)\n');
    expect(said()).toMatch(/GET http:\S+\/api\/api-keys\/list 200 \d+ ms/);
  });

  it.each([404, 405, 501])('is not known where the server has no such list (%i)', async (code) => {
    const { accounts } = await open(permissions(status(code)), keys('get', 'list', status(code)));
    expect(await accounts.holdings('djones')).toEqual({
      permissions: {
        unknown: 'The server has no list of permissions.',
        hint: 'Look at the permissions on the server: groupctl cannot see them there.',
      },
      apiKeys: {
        unknown: 'The server has no list of API keys.',
        hint: 'Look at the API keys on the server: groupctl cannot see them there.',
      },
    });
  });

  it('is not known where the server keeps it from us, and the rest still is', async () => {
    const { accounts } = await open(permissions(listed([])), keys('get', 'list', status(403)));
    expect(await accounts.holdings('djones')).toEqual({
      permissions: { list: [] },
      apiKeys: {
        unknown: 'The server denies access to API keys (403).',
        hint: 'The key is missing, wrong, or has too few permissions. Use a System key with Full Control, or a Personal key (or login) of a user with Admin_ConfigureProGet. Feed keys do not work.',
      },
    });
  });

  it.each<[string, Turn, string]>([
    ['a 500 that quotes keys', status(500, JSON.stringify(KEYS)), 'answered 500 on GET api-keys'],
    ['a 400 that quotes keys', status(400, JSON.stringify(KEYS)), 'answered 400 on GET api-keys'],
    ['no JSON', status(200, JSON.stringify(KEYS).slice(0, -1)), 'sent no JSON in answer to GET'],
    ['a page', status(200, `<p>${SECRET}</p>`, { 'content-type': 'text/html' }), 'sent no JSON'],
    ['no list', listed({ keys: KEYS }), 'is not what ProGet sends'],
    ['a key without id', listed([{ ...KEYS[1], id: null }]), '0.id is not as expected'],
    ['a redirect', status(302, '', { location: `https://${SECRET}/` }), 'answered 302 on GET'],
    ['an answer that breaks off', cut, 'was cut before the answer was complete'],
  ])('is not known after %s, and nothing of the answer is told', async (_, turn, words) => {
    const { accounts, said } = await open(
      permissions(listed(PERMISSIONS)),
      keys('get', 'list', turn),
    );
    const { permissions: known, apiKeys } = await accounts.holdings('djones');
    expect(known).toMatchObject({ list: [{ id: '2' }, { id: '4' }, { task: 'Old' }] });
    const { unknown, hint } = apiKeys as { unknown: string; hint?: string };
    expect(unknown).toMatch(/^The list of API keys could not be read: /);
    expect(unknown).toContain(words);
    expect(`${unknown}${hint}${said()}`.toLowerCase()).not.toContain('s3cr3t');
  });

  it('is not known of permissions either where their list fails', async () => {
    const { accounts } = await open(permissions(status(500)), keys('get', 'list', listed([])));
    expect(await accounts.holdings('djones')).toEqual({
      permissions: {
        unknown: expect.stringMatching(/^The list of permissions could not be read: .+500/),
        hint: "Look at the server's own log; --verbose shows the whole answer.",
      },
      apiKeys: { list: [] },
    });
  });
});

describe('deleting a key', () => {
  it.each<[string, Turn, Partial<GroupctlError>]>([
    [
      'a 500',
      status(500, `Boom key ${SECRET} stack`, { 'x-request-id': SECRET }),
      { kind: 'server', code: 'http-500', status: 500, hint: "Look at the server's own log." },
    ],
    [
      'a 400',
      status(400, `cannot delete key ${SECRET}`, { 'x-proget-version': SECRET }),
      { kind: 'refused', code: 'http-400', status: 400 },
    ],
    [
      'a 403',
      status(403, JSON.stringify({ message: SECRET })),
      { kind: 'unauthorized', code: 'http-403', status: 403 },
    ],
    [
      'a redirect',
      status(301, SECRET, { location: `https://${SECRET}/login` }),
      { kind: 'unauthorized', code: 'login-redirect', status: 301 },
    ],
  ])('tells nothing of the answer: %s', async (_, turn, expected) => {
    // What became of it is read after a failure of the server.
    const lists = expected.status === 500 ? [keys('get', 'list', listed(KEYS))] : [];
    const { deleteKey, server, said } = await open(keys('post', 'delete', turn), ...lists);
    const error = await errorOf(deleteKey('2'));
    expect(error).toMatchObject(expected);
    expect(error.message).toBe(
      `${server.url.replace(/\/$/, '')} answered ${expected.status} on POST api-keys/delete. Its message is not shown, because it may hold keys.`,
    );
    expect([error.body, error.requestId, error.details, error.cause]).toEqual(
      Array(4).fill(undefined),
    );
    expect((wholeOf(error) + said()).toLowerCase()).not.toContain('s3cr3t');
  });

  const left = KEYS.filter(({ id }) => id !== 2);

  it('is a POST without a body, and is read back', async () => {
    const { deleteKey, server, said } = await open(
      keys('post', 'delete', listed(KEYS[1])),
      keys('get', 'list', listed(left)),
    );
    await deleteKey('2');
    expect(server.calls()).toEqual(['POST /api/api-keys/delete?id=2', 'GET /api/api-keys/list']);
    expect(server.received[0]).toMatchObject({ body: '' });
    expect(server.received[0]?.headers).not.toHaveProperty('content-type');
    expect(said()).not.toContain('S3CR3T');
  });

  it('escapes the id', async () => {
    const { deleteKey, server } = await open(
      keys('post', 'delete', status(200)),
      keys('get', 'list', listed([])),
    );
    await deleteKey('4a&id=1');
    expect(server.calls()[0]).toBe('POST /api/api-keys/delete?id=4a%26id%3D1');
  });

  it.each([404, 405])('takes the other verb after %i', async (code) => {
    const { deleteKey, server } = await open(
      keys('post', 'delete', status(code)),
      keys('delete', 'delete', status(200)),
      keys('get', 'list', listed(left)),
    );
    await deleteKey('2');
    expect(server.calls().slice(0, 2)).toEqual([
      'POST /api/api-keys/delete?id=2',
      'DELETE /api/api-keys/delete?id=2',
    ]);
  });

  it.each([404, 405, 501])('says what it means that no verb is there (%i)', async (code) => {
    const { deleteKey } = await open(
      keys('post', 'delete', status(code)),
      ...(code === 501 ? [] : [keys('delete', 'delete', status(code))]),
      ...(code === 404 ? [keys('get', 'list', listed(KEYS))] : []),
    );
    expect(await errorOf(deleteKey('2'))).toMatchObject({
      status: code,
      hint: 'This server does not delete API keys through its API, or the key is gone already: look at the API keys on the server.',
    });
  });

  it('is done when its answer was lost and the list shows it', async () => {
    const { deleteKey, server } = await open(
      keys('post', 'delete', noAnswer),
      keys('get', 'list', listed(left)),
    );
    await deleteKey('2');
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('is not taken for a key that is gone when the list cannot be read', async () => {
    const { deleteKey } = await open(
      keys('post', 'delete', status(404)),
      keys('delete', 'delete', status(404)),
      keys('get', 'list', status(403)),
    );
    expect(await errorOf(deleteKey('2'))).toMatchObject({ status: 404 });
  });

  it.each([403, 404, 406])('is done when a gateway answers with a page (%i)', async (code) => {
    const { deleteKey, said } = await open(
      keys('post', 'delete', page('Request blocked', code)),
      ...(code === 404 ? [keys('delete', 'delete', status(405))] : []),
      keys('get', 'list', listed(left)),
    );
    await deleteKey('2');
    expect(said()).toContain(
      `The server answered ${code} to POST api-keys/delete; a read shows that the API key 2 was deleted.`,
    );
  });

  it('fails with what a gateway answers when the key is still there', async () => {
    const { deleteKey } = await open(
      keys('post', 'delete', page(SECRET, 403)),
      keys('get', 'list', listed(KEYS)),
    );
    const error = await errorOf(deleteKey('2'));
    expect(error).toMatchObject({ kind: 'unauthorized', status: 403, fromBetween: true });
    expect(error.message).toContain('answered 403 on POST api-keys/delete with an HTML page.');
    expect(wholeOf(error)).not.toContain('S3CR3T');
  });

  it('takes a page that names the version of ProGet for its answer', async () => {
    const html = { 'content-type': 'text/html', 'x-proget-version': '25.0.14' };
    const { deleteKey, server } = await open(keys('post', 'delete', status(403, '<html>', html)));
    expect(await errorOf(deleteKey('2'))).toMatchObject({ kind: 'unauthorized' });
    expect(server.received).toHaveLength(1);
  });

  it('is sent again when its answer was lost and the key is still there', async () => {
    const { deleteKey, server } = await open(
      keys('post', 'delete', noAnswer, status(200)),
      keys('get', 'list', listed(KEYS), listed(left)),
    );
    await deleteKey('2');
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('is not believed when the key is still there', async () => {
    const { deleteKey } = await open(
      keys('post', 'delete', status(200)),
      keys('get', 'list', listed(KEYS)),
    );
    const error = await errorOf(deleteKey('2'));
    expect(error).toMatchObject({ kind: 'safety', code: 'not-applied' });
    expect(error.message).toContain('the API key 2');
    expect(wholeOf(error)).not.toContain('S3CR3T');
  });

  it('is in doubt when neither an answer came nor the list can be read', async () => {
    const { deleteKey } = await open(
      keys('post', 'delete', noAnswer),
      keys('get', 'list', status(500, SECRET)),
    );
    const error = await errorOf(deleteKey('2'));
    expect(error).toMatchObject({ kind: 'safety', code: 'outcome-unknown' });
    expect(wholeOf(error)).not.toContain('S3CR3T');
  });

  it('waits for a 429, and ends with what else the server says', async () => {
    const { deleteKey, server } = await open(
      keys('post', 'delete', status(429, null, { 'retry-after': '1' }), status(403)),
    );
    expect(await errorOf(deleteKey('2'))).toMatchObject({ kind: 'unauthorized' });
    expect(server.received).toHaveLength(2);
  });
});
