import { describe, expect, it } from 'vitest';
import { type Answer, fail, FakeInfisical, uuid } from './fake.ts';
import { adds, change, errorOf, open, type Opened } from './helpers.ts';

const CLIENT = { type: 'client', clientId: 'client-1', clientSecret: 'secret-1' } as const;
const ROOT = uuid(1);
const BRANCH = uuid(2);

const jwt = (claims: object): string =>
  `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

/** A sub-organization with a group of its own and one of the parent's, which is linked into it. */
function fakeOf(token: string): FakeInfisical {
  const fake = new FakeInfisical().addUsers(3);
  fake.addGroup('Linked', ['user00000@corp.com']).orgId = ROOT;
  fake.addGroup('Own', ['user00001@corp.com']).orgId = BRANCH;
  fake.tokens = new Set([token]);
  return fake;
}

const IN_BRANCH = jwt({ identityId: 'me', orgId: BRANCH, rootOrgId: ROOT, parentOrgId: ROOT });

async function openWith(token: string): Promise<{ fake: FakeInfisical; opened: Opened }> {
  const fake = fakeOf(token);
  return { fake, opened: await open(fake, { credentials: { type: 'api-key', apiKey: token } }) };
}

const silent = { beforeSend: () => Promise.resolve() };

async function remove({ directory }: Opened, name: string): Promise<string> {
  return await directory.deleteGroup(await directory.findGroup(name), silent);
}

describe('groups of a sub-organization', () => {
  it('say which of them are linked', async () => {
    const { opened } = await openWith(IN_BRANCH);
    const groups = await opened.directory.listGroups();
    expect(groups.map(({ name, linked }) => [name, linked])).toEqual([
      ['Linked', true],
      ['Own', undefined],
    ]);
  });

  it('are deleted, and linked ones unlinked', async () => {
    const { opened } = await openWith(IN_BRANCH);
    expect(await remove(opened, 'Linked')).toBe('unlinked');
    expect(await remove(opened, 'Own')).toBe('deleted');
  });

  it('warn that a change of a linked group is one of the parent, and of no other', async () => {
    const { opened } = await openWith(IN_BRANCH);
    await change(opened, 'Own', adds('user00002@corp.com'));
    expect(opened.warnings).toEqual([]);
    await change(opened, 'Linked', adds('user00002@corp.com'));
    expect(opened.warnings).toEqual([
      'Linked is linked from the parent organization, so this changes the group there, too.',
    ]);
  });

  it('with a token that tells no organization: the server says what can be linked again', async () => {
    for (const [available, became] of [
      [[uuid(900_000)], 'unlinked'],
      [[], 'deleted'],
      [undefined, 'deleted'],
    ] as const) {
      const { fake, opened } = await openWith('opaque');
      fake.available = available === undefined ? undefined : [...available];
      expect(await remove(opened, 'Linked')).toBe(became);
      expect(fake.calls.filter((call) => call.includes('available-groups'))).toHaveLength(1);
    }
  });

  it('of one organization alone cost no such question', async () => {
    const { fake, opened } = await openWith('opaque');
    fake.groups = fake.groups.filter(({ name }) => name === 'Own');
    expect(await remove(opened, 'Own')).toBe('deleted');
    expect(fake.calls.join()).not.toContain('available-groups');
  });

  it('ask for users through a group of their own, not through a linked one', async () => {
    const { fake, opened } = await openWith(IN_BRANCH);
    await opened.directory.resolve([{ type: 'user', name: 'user00001@corp.com' }]);
    expect(fake.calls.at(-1)).toContain(uuid(900_001));
  });
});

describe('deleting a group that somebody else has just deleted', () => {
  it('is no error: 404, and the list does not show it any more', async () => {
    const { fake, opened } = await openWith(IN_BRANCH);
    fake.intercept = (method) => {
      if (method !== 'DELETE') return undefined;
      fake.groups = fake.groups.filter(({ name }) => name !== 'Own');
      return fail(404, 'NotFound', `Cannot find group with ID ${uuid(900_001)}`);
    };
    expect(await remove(opened, 'Own')).toBe('already-absent');
  });

  it('is one where the list still shows it', async () => {
    const { fake, opened } = await openWith(IN_BRANCH);
    fake.intercept = (method) =>
      method === 'DELETE' ? fail(404, 'NotFound', 'Cannot find group with ID x') : undefined;
    expect(await errorOf(remove(opened, 'Own'))).toMatchObject({ exitCode: 4, status: 404 });
  });
});

describe('a login for a sub-organization', () => {
  async function logIn(
    answer: Answer,
    organizationSlug: string | undefined = 'branch',
  ): Promise<{ fake: FakeInfisical; opened: Opened; logins: () => number }> {
    const fake = fakeOf(IN_BRANCH);
    let logins = 0;
    fake.intercept = (_method, path) => {
      if (!path.endsWith('/universal-auth/login')) return undefined;
      logins++;
      return answer;
    };
    const opened = await open(fake, { credentials: CLIENT, organizationSlug });
    return { fake, opened, logins: () => logins };
  }

  const granted = (accessToken: string): Answer => ({
    status: 200,
    body: { accessToken, expiresIn: 2_592_000, tokenType: 'Bearer' },
  });

  it('sends the slug, and nothing of it where there is none', async () => {
    const { opened } = await logIn(granted(IN_BRANCH));
    await opened.directory.listGroups();
    const login = opened.server.received.find(({ path }) => path.endsWith('/login'));
    expect(JSON.parse(login?.body ?? '')).toEqual({
      clientId: 'client-1',
      clientSecret: 'secret-1',
      organizationSlug: 'branch',
    });
  });

  it.each([
    [
      404,
      'NotFound',
      'Sub organization with name branch not found',
      'no-such-organization',
      /has no sub-organization with the slug "branch" \(404/,
    ],
    [
      401,
      'UnauthorizedError',
      'Identity not authorized to access sub organization branch',
      'organization-refused',
      /is not a member of the sub-organization "branch"/,
    ],
    [401, 'UnauthorizedError', 'Invalid credentials', 'login-refused', /Invalid credentials/],
    [
      401,
      'UnauthorizedError',
      'This identity auth method is temporarily locked, please try again later',
      'login-locked',
      /temporarily locked/,
    ],
    [
      401,
      'UnauthorizedError',
      'Access denied due to expired client secret',
      'login-refused',
      /expired client secret/,
    ],
  ])('is refused once, %i %s %s', async (status, error, words, code, message) => {
    const { opened, logins } = await logIn(fail(status, error, words));
    const refusal = await errorOf(opened.directory.listGroups());
    expect(refusal).toMatchObject({ exitCode: 3, code, status, requestId: 'req-1' });
    expect(refusal.message).toMatch(message);
    await errorOf(opened.directory.listGroups());
    expect(logins()).toBe(1);
  });

  it('a slug that is none is a refused login, in the words of the server', async () => {
    const message = 'Slug field can only contain lowercase letters, numbers, and hyphens';
    const issues = [{ code: 'custom', message, path: ['organizationSlug'] }];
    const { opened } = await logIn(fail(422, 'ValidationFailure', issues));
    const refusal = await errorOf(opened.directory.listGroups());
    expect(refusal).toMatchObject({
      exitCode: 3,
      code: 'no-such-organization',
      status: 422,
      hint: 'Check --organization-slug: it is the slug of the sub-organization, not its name.',
    });
    expect(refusal.message).toContain(
      `does not take "branch" for the slug of a sub-organization (422 to the login): organizationSlug: ${message}.`,
    );
  });

  it('that an older server ignores stops the run: its token says nothing of an organization', async () => {
    const { fake, opened } = await logIn(granted(jwt({ identityId: 'me' })));
    const refusal = await errorOf(opened.directory.listGroups());
    expect(refusal).toMatchObject({ exitCode: 8, code: 'organization-unknown' });
    expect(refusal.message).toContain('may have ignored the organization slug "branch"');
    expect(fake.calls).toHaveLength(1);
  });

  it('shows the organization of its token in the health of the server', async () => {
    const { opened } = await logIn(granted(IN_BRANCH));
    const { parts } = await opened.directory.health();
    expect(parts).toContainEqual({
      name: 'organization',
      ok: true,
      status: BRANCH,
      details: `a sub-organization of ${ROOT}`,
    });
  });

  it.each([
    [{ orgId: ROOT, rootOrgId: ROOT }, ROOT],
    [{ organizationId: ROOT }, ROOT],
    [{ organizationId: ROOT, subOrganizationId: BRANCH }, BRANCH],
  ])('reads the organization of a token: %j', async (claims, status) => {
    const token = jwt({ userId: 'me', ...claims });
    const { opened } = await openWith(token);
    const { parts } = await opened.directory.health();
    expect(parts.find(({ name }) => name === 'organization')).toMatchObject({ status });
  });
});
