import { describe, expect, test } from 'vitest';
import {
  SANDBOX_BRANCH,
  SANDBOX_CLIENT,
  SANDBOX_IDENTITY,
  SANDBOX_ORG_ID,
} from '../../../src/sandbox/infisical/seed.ts';
import { GROUPS, LOGIN, said, signToken, startInfisical } from './helpers.ts';

const WRONG = { ...SANDBOX_CLIENT, clientSecret: 'wrong' };
const LOCKED = 'This identity auth method is temporarily locked, please try again later';

function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

/** A sandbox whose clock stands still until it is told otherwise. */
async function startAt(options: Parameters<typeof startInfisical>[0] = {}) {
  const time = { now: Date.UTC(2026, 5, 1) };
  const sandbox = await startInfisical({ clock: () => time.now, ...options });
  const logIn = (body: object = SANDBOX_CLIENT) => sandbox.call('POST', LOGIN, body, null);
  return { ...sandbox, time, logIn };
}

test('a login gives a token that says who it is and how long it lives', async () => {
  const { logIn, call, time } = await startAt();
  const { status, body } = await logIn({ ...SANDBOX_CLIENT, more: 1 });
  const { accessToken, ...rest } = body;
  expect(status).toBe(200);
  expect(rest).toEqual({
    expiresIn: 2_592_000,
    accessTokenMaxTTL: 2_592_000,
    tokenType: 'Bearer',
  });
  expect(claimsOf(accessToken)).toMatchObject({
    identityId: SANDBOX_IDENTITY.id,
    authTokenType: 'identityAccessToken',
    orgId: SANDBOX_ORG_ID,
    exp: time.now / 1000 + 2_592_000,
  });
  expect((await call('GET', GROUPS, undefined, accessToken)).status).toBe(200);
});

test('a slug chooses a sub-organization, whose groups and linked ones are all there is', async () => {
  const { logIn, call } = await startAt();
  const { accessToken } = (await logIn({ ...SANDBOX_CLIENT, organizationSlug: 'branch' })).body;
  expect(claimsOf(accessToken)).toMatchObject({
    orgId: SANDBOX_BRANCH.id,
    rootOrgId: SANDBOX_ORG_ID,
  });
  const groups = (await call('GET', GROUPS, undefined, accessToken)).body as unknown as {
    name: string;
    orgId: string;
  }[];
  expect(groups.map(({ name, orgId }) => [name, orgId])).toEqual([
    ['Administrators', SANDBOX_ORG_ID],
    ['Branch team', SANDBOX_BRANCH.id],
  ]);
  const slugs = { 'no-such-one': 404, 'Not A Slug': 422, '': 422 };
  for (const [organizationSlug, status] of Object.entries(slugs)) {
    expect((await logIn({ ...SANDBOX_CLIENT, organizationSlug })).status).toBe(status);
  }
  const old = await startAt({ generation: '2024-10' });
  const ignored = await old.logIn({ ...SANDBOX_CLIENT, organizationSlug: 'no-such-one' });
  expect(claimsOf(ignored.body.accessToken)).not.toHaveProperty('orgId');
});

test('a stale token beside a login makes it 403', async () => {
  const { call, time } = await startAt();
  const exp = Math.floor(time.now / 1000);
  const stale = signToken({ authTokenType: 'identityAccessToken', exp });
  expect(said(await call('POST', LOGIN, SANDBOX_CLIENT, stale))).toEqual([
    403,
    'TokenError',
    'Your token has expired. Please re-authenticate.',
  ]);
  expect((await call('POST', LOGIN, SANDBOX_CLIENT, 'garbage')).status).toBe(403);
  expect((await call('POST', LOGIN, SANDBOX_CLIENT)).status).toBe(200);
});

describe('refused logins', () => {
  test('an unknown client is 404 on the old server, 401 on the new', async () => {
    const nobody = { ...SANDBOX_CLIENT, clientId: 'nobody' };
    const old = await startAt({ generation: '2024-10' });
    expect(said(await old.logIn(nobody))).toEqual([
      404,
      'NotFound',
      'No identity with specified client ID was found',
    ]);
    const { logIn } = await startAt();
    expect(said(await logIn(nobody))).toEqual([401, 'UnauthorizedError', 'Invalid credentials']);
  });

  test('three of them lock the new server for five minutes, with the right secret, too', async () => {
    const { logIn, time } = await startAt();
    for (let n = 0; n < 3; n += 1) expect(said(await logIn(WRONG))[2]).toBe('Invalid credentials');
    expect(said(await logIn())).toEqual([401, 'UnauthorizedError', LOCKED]);
    time.now += 299_999;
    expect(said(await logIn())[2]).toBe(LOCKED);
    time.now += 1;
    expect((await logIn()).status).toBe(200);
  });

  test('are forgotten after a good one, or after a while', async () => {
    const { logIn, time } = await startAt();
    for (const body of [WRONG, WRONG, SANDBOX_CLIENT, WRONG, WRONG]) await logIn(body);
    time.now += 30_001;
    await logIn(WRONG);
    expect((await logIn()).status).toBe(200);
  });

  test('never lock the old server', async () => {
    const { logIn } = await startAt({ generation: '2024-10' });
    for (let n = 0; n < 6; n += 1) expect((await logIn(WRONG)).status).toBe(401);
    expect((await logIn()).status).toBe(200);
  });

  test('a validation is 422 on the new server, 401 on the old', async () => {
    const issue = {
      code: 'invalid_type',
      expected: 'string',
      received: 'undefined',
      path: ['clientSecret'],
      message: 'Required',
    };
    for (const [generation, status] of [
      ['current', 422],
      ['2024-10', 401],
    ] as const) {
      const { logIn } = await startAt({ generation });
      const answer = await logIn({ clientId: 'x' });
      expect(said(answer)).toEqual([status, 'ValidationFailure', [issue]]);
      expect('reqId' in answer.body).toBe(generation === 'current');
    }
  });

  test('an address that is not trusted is 403', async () => {
    const { logIn, patch } = await startAt();
    const client = { ...SANDBOX_CLIENT, identityId: SANDBOX_IDENTITY.id };
    await patch({ clients: [{ ...client, trustedIps: ['10.0.0.0/8', '::1'] }] });
    expect(said(await logIn())).toEqual([
      403,
      'ForbiddenError',
      'You are not allowed to access this resource from the current IP address',
    ]);
    await patch({ clients: [{ ...client, trustedIps: ['127.0.0.1'] }] });
    expect((await logIn()).status).toBe(200);
  });
});

describe('what runs out', () => {
  const client = { ...SANDBOX_CLIENT, identityId: SANDBOX_IDENTITY.id };

  test('a secret by its uses, a secret by its time', async () => {
    const { logIn, patch, time } = await startAt();
    await patch({ clients: [{ ...client, secretUses: 2 }] });
    const seen: unknown[] = [];
    for (let n = 0; n < 4; n += 1) seen.push((await logIn()).body.message);
    const spent = 'Access denied due to client secret usage limit reached';
    expect(seen).toEqual([undefined, undefined, spent, 'Invalid credentials']);
    await patch({ clients: [{ ...client, secretExpiresAt: time.now }] });
    expect((await logIn()).body.message).toBe('Access denied due to expired client secret');
  });

  test('a token by its uses: 401, and on the old server it is not known any more then', async () => {
    const { logIn, call, patch } = await startAt({ generation: '2024-10' });
    await patch({ clients: [{ ...client, tokenUses: 2 }] });
    const { accessToken } = (await logIn()).body;
    const seen: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { status, body } = await call('GET', GROUPS, undefined, accessToken);
      seen.push(status === 200 ? 200 : [status, body.message]);
    }
    expect(seen).toEqual([
      200,
      200,
      [401, 'Unable to renew because access token number of uses limit reached'],
      [401, 'No identity access token found'],
    ]);
  });

  test('a token by its uses or its time, on the new server', async () => {
    const { logIn, call, patch, time } = await startAt();
    await patch({ clients: [{ ...client, tokenUses: 1, ttl: 2, maxTtl: 5 }] });
    const { accessToken } = (await logIn()).body;
    const use = async () => said(await call('GET', GROUPS, undefined, accessToken));
    expect((await use())[0]).toBe(200);
    for (let n = 0; n < 2; n += 1) {
      expect((await use())[2]).toBe('Failed to authorize: token usage limit reached');
    }
    time.now += 2000;
    expect((await use()).slice(0, 2)).toEqual([403, 'TokenError']);
  });

  test('a token by its time, on the old server: 401 first, 403 once it says so itself', async () => {
    const { logIn, call, patch, time } = await startAt({ generation: '2024-10' });
    await patch({ clients: [{ ...client, ttl: 2, maxTtl: 5 }] });
    const { body } = await logIn();
    expect([body.expiresIn, body.accessTokenMaxTTL]).toEqual([2, 5]);
    const use = async () => said(await call('GET', GROUPS, undefined, body.accessToken));
    time.now += 2000;
    expect(await use()).toEqual([
      401,
      'UnauthorizedError',
      'Failed to renew MI access token due to TTL expiration',
    ]);
    expect((await use())[0]).toBe(401);
    time.now += 3000;
    expect((await use()).slice(0, 2)).toEqual([403, 'TokenError']);
  });

  test('a token that was given back', async () => {
    const { logIn, call } = await startAt();
    const { accessToken } = (await logIn()).body;
    await call('POST', '/api/v1/auth/token/revoke', { accessToken }, null);
    expect((await call('GET', GROUPS, undefined, accessToken)).status).toBe(401);
  });
});
