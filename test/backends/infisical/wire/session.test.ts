import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../helpers/server.ts';
import { type Answer, fail, FakeInfisical, TOKEN, uuid } from '../fake.ts';
import { adds, change, errorOf, open, openAt, TestClock } from '../helpers.ts';

const CLIENT = { type: 'client', clientId: 'client-1', clientSecret: 'secret-1' } as const;

/** A fake whose login gives out tokens `token-1`, `token-2`, …, or what is asked of it. */
function withLogin(answer?: (count: number) => Answer | undefined): {
  fake: FakeInfisical;
  logins: () => number;
} {
  const fake = new FakeInfisical().addUsers(40);
  fake.addGroup('Developers');
  fake.tokens.clear();
  let logins = 0;
  fake.intercept = (method, path) => {
    if (!path.endsWith('/universal-auth/login')) return undefined;
    expect(method).toBe('POST');
    logins++;
    const other = answer?.(logins);
    if (other !== undefined) return other;
    fake.tokens.clear();
    fake.tokens.add(`token-${logins}`);
    const body = { accessToken: `token-${logins}`, expiresIn: 2_592_000, tokenType: 'Bearer' };
    return { status: 200, body };
  };
  return { fake, logins: () => logins };
}

function cut(): never {
  throw new Error('cut');
}

const jwt = (claims: object): string =>
  `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

describe('Universal Auth', () => {
  it('logs in once a run, without an Authorization header, whatever is under way at once', async () => {
    const { fake, logins } = withLogin();
    const opened = await open(fake, { credentials: CLIENT });
    await Promise.all([opened.directory.listGroups(), opened.directory.listGroups()]);
    await change(opened, 'Developers', adds('user00001@corp.com'));
    expect(logins()).toBe(1);
    const login = opened.server.received.find(({ path }) => path.endsWith('/login'));
    expect(JSON.parse(login?.body ?? '')).toEqual({
      clientId: 'client-1',
      clientSecret: 'secret-1',
    });
    expect(login?.headers).not.toHaveProperty('authorization');
    expect(opened.warnings).toEqual([]);
    // The answer to the login is no body to show.
    expect(opened.bodies.join()).not.toContain('token-1');
  });

  it.each([
    ['403 TokenError', fail(403, 'TokenError', 'Your token has expired. Please re-authenticate.')],
    [
      '401',
      fail(401, 'UnauthorizedError', 'Failed to renew MI access token due to TTL expiration'),
    ],
  ])(
    'logs in once more when the token has run out (%s), shared by all calls',
    async (_name, expired) => {
      const { fake, logins } = withLogin();
      const login = fake.intercept;
      let old = '';
      fake.intercept = (method, path) => {
        const made = login?.(method, path);
        if (made !== undefined) return made;
        // After the list was read the first token is no longer taken.
        return old !== '' && fake.tokens.has(old) ? expired : undefined;
      };
      const opened = await open(fake, { credentials: CLIENT });
      await opened.directory.findGroup('Developers');
      old = 'token-1';
      const names = fake.users.map(({ username }) => username);
      const { rows } = await change(opened, 'Developers', adds(...names));
      expect(rows.filter(({ outcome }) => outcome !== 'added')).toEqual([]);
      expect(logins()).toBe(2);
    },
  );

  it('does not show a token that was typed with Bearer before it', async () => {
    const fake = new FakeInfisical();
    fake.intercept = () => fail(500, 'InternalServerError', `no such token: ${TOKEN}`);
    const credentials = { type: 'api-key', apiKey: `Bearer ${TOKEN}` } as const;
    const { directory } = await open(fake, { credentials });
    expect((await errorOf(directory.listGroups())).message).toContain('no such token: ***');
  });

  it('leaves no call in doubt before which a login was not answered', async () => {
    const { fake } = withLogin((count) => (count === 1 ? undefined : cut()));
    const opened = await open(fake, { credentials: CLIENT });
    await opened.directory.listGroups();
    const login = fake.intercept;
    let writes = 0;
    fake.intercept = (method, path) => {
      const made = login?.(method, path);
      if (made !== undefined || method === 'GET') return made;
      writes++;
      return fail(403, 'TokenError', 'Your token has expired. Please re-authenticate.');
    };
    const write = { beforeSend: () => Promise.resolve() };
    const made = opened.directory.createGroup({ name: 'QA', dryRun: false }, write);
    expect(await errorOf(made)).toMatchObject({ code: 'connection-cut', unsent: true });
    expect(writes).toBe(1);
  });

  it('does not loop when the new token is not taken either', async () => {
    const { fake, logins } = withLogin();
    const login = fake.intercept;
    fake.intercept = (method, path) =>
      login?.(method, path) ?? fail(401, 'UnauthorizedError', 'No identity access token found');
    const { directory } = await open(fake, { credentials: CLIENT });
    const error = await errorOf(directory.listGroups());
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'token-refused', exitCode: 3 });
    expect(logins()).toBe(2);
    await errorOf(directory.listGroups());
    expect(logins()).toBe(2);
  });

  it.each([
    ['membership is inactive', 'Identity organization membership is inactive', 'Activate the'],
    ['was removed', 'Identity is not a member of the organization', 'The identity was removed'],
    ['nothing more is known of', 'No identity access token found', 'The server refuses a token'],
  ])('gives the hint for an identity whose login works and that %s', async (_, words, hint) => {
    const { fake } = withLogin();
    const login = fake.intercept;
    fake.intercept = (method, path) =>
      login?.(method, path) ?? fail(401, 'UnauthorizedError', words);
    const { directory } = await open(fake, { credentials: CLIENT });
    const error = await errorOf(directory.listGroups());
    expect(error.hint?.startsWith(hint)).toBe(true);
  });

  it('does not take a failed validation for an expired token', async () => {
    const { fake, logins } = withLogin();
    const login = fake.intercept;
    fake.intercept = (method, path) =>
      login?.(method, path) ??
      fail(401, 'ValidationFailure', [{ path: ['x'], message: 'Required' }]);
    const { directory } = await open(fake, { credentials: CLIENT });
    expect(await errorOf(directory.listGroups())).toMatchObject({
      kind: 'refused',
      code: 'validation',
    });
    expect(logins()).toBe(1);
  });

  it.each([
    [401, 'UnauthorizedError', 'Invalid credentials'],
    [401, 'UnauthorizedError', 'Access denied due to client secret usage limit reached'],
    [404, 'NotFound', 'No identity with specified client ID was found'],
    [
      403,
      'ForbiddenError',
      'You are not allowed to access this resource from the current IP address',
    ],
  ])('never repeats a refused login: %i %s %s', async (status, name, message) => {
    const { fake, logins } = withLogin(() => fail(status, name, message));
    const { directory } = await open(fake, { credentials: CLIENT });
    const error = await errorOf(directory.listGroups());
    expect(error).toMatchObject({
      kind: 'unauthorized',
      code: 'login-refused',
      status,
      requestId: 'req-1',
    });
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret-1');
    await errorOf(directory.listGroups());
    expect(logins()).toBe(1);
  });

  it('waits out a rate limit of logins that says for how long', async () => {
    const { fake, logins } = withLogin((count) =>
      count === 1
        ? { ...fail(429, 'RateLimitExceeded', 'later'), headers: { 'retry-after': '12' } }
        : undefined,
    );
    const { directory, waits } = await open(fake, { credentials: CLIENT });
    expect(await directory.listGroups()).toHaveLength(1);
    expect([logins(), waits]).toEqual([2, [12_000]]);
  });

  const limited = (headers: Readonly<Record<string, string>>) => ({
    ...fail(429, 'RateLimitExceeded', 'Failed to acquire lock: rate limit exceeded'),
    headers,
  });

  it.each([
    { what: 'without Retry-After', headers: {}, count: 1, wait: [] },
    {
      what: 'with a Retry-After of no sense',
      headers: { 'retry-after': '-1' },
      count: 1,
      wait: [],
    },
    { what: 'with Retry-After: 0, twice', headers: { 'retry-after': '0' }, count: 2, wait: [1000] },
    {
      what: 'with Retry-After: 12, twice',
      headers: { 'retry-after': '12' },
      count: 2,
      wait: [12_000],
    },
  ])('takes a login answered 429 $what for refused', async ({ headers, count, wait }) => {
    const { fake, logins } = withLogin(() => limited(headers));
    const { directory, waits, server } = await open(fake, { credentials: CLIENT });
    const error = await errorOf(directory.listGroups());
    expect(error).toMatchObject({
      exitCode: 6,
      code: 'login-rate-limited',
      status: 429,
      requestId: 'req-1',
      serverError: 'RateLimitExceeded',
      message: `${server.url.slice(0, -1)} did not accept the login (429): there were too many logins, or the client secret is wrong.`,
      hint: 'Check the client secret of the source. If it is right, wait a few minutes and run the command again.',
    });
    expect([logins(), waits]).toEqual([count, wait]);
    // Other calls of the run do not try it again.
    expect(await errorOf(directory.listGroups())).toMatchObject({ message: error.message });
    expect(logins()).toBe(count);
  });

  it('names a wait of more than 10 minutes for a login, and does not log in again', async () => {
    const { fake, logins } = withLogin(() => limited({ 'retry-after': '4294968' }));
    const { directory, waits } = await open(fake, { credentials: CLIENT });
    expect(await errorOf(directory.listGroups())).toMatchObject({
      exitCode: 6,
      code: 'wait-too-long',
      message: 'The server asks groupctl to wait 4294968 s (50 days).',
    });
    expect([logins(), waits]).toEqual([1, []]);
  });

  it('logs in twice at most when each new token has run out and is refused', async () => {
    const { fake, logins } = withLogin((count) => ({
      status: 200,
      body: { accessToken: `dead-${count}`, expiresIn: 0 },
    }));
    const { directory } = await open(fake, { credentials: CLIENT });
    expect(await errorOf(directory.listGroups())).toMatchObject({ exitCode: 3 });
    expect(logins()).toBe(2);
  });

  it('warns when the token has less than a day left', async () => {
    const { fake } = withLogin(() => {
      fake.tokens.add('short');
      return { status: 200, body: { accessToken: 'short', expiresIn: 7200 } };
    });
    const opened = await open(fake, { credentials: CLIENT });
    await opened.directory.listGroups();
    expect(opened.warnings).toEqual(['The token has 2 hours left.']);
  });
});

describe('a token whose time is beyond any date', () => {
  const TOKEN_PART = { name: 'token', ok: true, status: 'does not say when it expires' };

  it.each([1e15, -1e300])('counts as one that does not tell: expiresIn %d', async (expiresIn) => {
    const { fake } = withLogin(() => {
      fake.tokens.add('odd');
      return { status: 200, body: { accessToken: 'odd', expiresIn } };
    });
    const { directory } = await open(fake, { credentials: CLIENT });
    expect((await directory.health()).parts).toContainEqual(TOKEN_PART);
  });

  it.each([1e14, -1e300])('counts as one that does not tell: exp %d', async (exp) => {
    const apiKey = jwt({ exp });
    const fake = new FakeInfisical();
    fake.tokens.add(apiKey);
    const { directory } = await open(fake, { credentials: { type: 'api-key', apiKey } });
    expect((await directory.health()).parts).toContainEqual(TOKEN_PART);
  });
});

describe('a token', () => {
  it('is refused with exit 3 when it is none, and no login is tried', async () => {
    const fake = new FakeInfisical();
    const { directory } = await open(fake, { credentials: { type: 'api-key', apiKey: 'bad' } });
    const error = await errorOf(directory.checkAccess());
    expect(error).toMatchObject({
      exitCode: 3,
      status: 403,
      serverError: 'TokenError',
      requestId: 'req-1',
    });
    expect(fake.calls).toHaveLength(1);
  });

  it('tells who we are and how long it lives', async () => {
    const clock = new TestClock();
    const claims = {
      identityId: uuid(5),
      authTokenType: 'identityAccessToken',
      orgId: uuid(6),
      exp: clock.time / 1000 + 3600,
    };
    const apiKey = jwt(claims);
    const fake = new FakeInfisical();
    fake.tokens.add(apiKey);
    const opened = await open(fake, { credentials: { type: 'api-key', apiKey }, clock });
    expect(await opened.directory.health()).toEqual({
      healthy: true,
      product: 'Infisical',
      parts: [
        { name: 'server', ok: true, status: 'Ok' },
        { name: 'signed in as', ok: true, status: `machine identity ${uuid(5)}` },
        { name: 'organization', ok: true, status: uuid(6) },
        { name: 'token', ok: true, status: 'valid until 2026-01-01T01:00:00.000Z (1 hour left)' },
      ],
    });
    expect(await opened.directory.self?.()).toEqual({
      identityId: uuid(5),
      organizationId: uuid(6),
    });
    expect(await opened.directory.checkAccess()).toBe(true);
    expect(opened.warnings).toEqual(['The token has 1 hour left.']);
    expect(opened.warnings.join()).not.toContain(apiKey);
  });

  it('may be typed with its scheme; what no header can carry is a usage error', async () => {
    const fake = new FakeInfisical();
    const typed = await open(fake, { credentials: { type: 'api-key', apiKey: `Bearer ${TOKEN}` } });
    expect(await typed.directory.checkAccess()).toBe(true);
    const broken = await openAt(typed.server, { credentials: { type: 'api-key', apiKey: 'a\nb' } });
    expect(await errorOf(broken.directory.checkAccess())).toMatchObject({ exitCode: 2 });
  });

  it('is never in an error, though the server echoes it', async () => {
    const server = await serve(
      http.get('*/api/v1/groups', () => new HttpResponse(`no: token-echo-1234`, { status: 500 })),
      http.post('*/login', () =>
        HttpResponse.json({ accessToken: 'token-echo-1234', expiresIn: 1e6 }),
      ),
    );
    const { directory } = await openAt(server, { credentials: CLIENT });
    const error = await errorOf(directory.listGroups());
    expect(`${error.message} ${error.body ?? ''}`).not.toContain('token-echo-1234');
    expect(error.message).toContain('***');
  });

  it('is a user name and password nowhere here', async () => {
    const credentials = { type: 'password', username: 'a', password: 'b' } as const;
    const fake = new FakeInfisical();
    const server = await serve(fake.handler());
    expect(await errorOf(openAt(server, { credentials }))).toMatchObject({ exitCode: 2 });
    await openAt(server).then(({ directory }) => directory.listGroups());
  });
});

describe('tokens that run out again and again', () => {
  it('are followed by a login each, though the server counts in whole seconds', async () => {
    const fake = new FakeInfisical();
    fake.addGroup('Developers');
    const clock = new TestClock();
    let logins = 0;
    fake.intercept = (_, path) => {
      if (!path.endsWith('/login')) return undefined;
      const claims = { identityId: 'i', exp: Math.floor(clock.time / 1000) + 60 };
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
      const accessToken = `e${++logins}.${payload}.s`;
      fake.tokens = new Set([accessToken]);
      return { status: 200, body: { accessToken, expiresIn: 60 } };
    };
    const credentials = { type: 'client', clientId: 'c', clientSecret: 's3cret-9' } as const;
    const { directory } = await open(fake, { clock, credentials });
    for (let login = 1; login <= 4; login++) {
      await directory.listGroups();
      expect(logins).toBe(login);
      // Up to a second earlier than the life of the token says.
      clock.time += 59_500;
      fake.tokens.clear();
    }
  });
});
