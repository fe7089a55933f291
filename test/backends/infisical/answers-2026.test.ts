import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import { A, B, fail, fakeWith, once, uuid, writes } from './fake.ts';
import { adds, change, errorOf, open, removes } from './helpers.ts';

const BOT = { id: '00000000-0000-4000-8000-00000000abcd', name: 'bot' };
const BOUNDARY =
  'Failed to add user to more privileged group. Permission denied: add-members on groups. Check that the actor’s role grants this permission.';

const missing = (...actions: string[]) => ({
  details: {
    missingPermissions: actions.map((action) => ({ action, subject: 'groups' })),
  },
});

const addBot = (id: string): MemberChange[] => [
  { op: 'add', type: 'identity', member: id, requested: id },
];

describe('missing permissions', () => {
  it('are named in the row, its details and what to do', async () => {
    const fake = fakeWith();
    once(fake, fail(403, 'PermissionBoundaryError', BOUNDARY, missing('add-members')));
    const { rows } = await change(await open(fake), 'Developers', adds(B));
    expect(rows[0]).toMatchObject({
      outcome: 'refused',
      error: {
        kind: 'unauthorized',
        code: 'permission-boundary',
        details: { missingPermissions: ['add-members on groups'] },
        hint: 'Give the role of this identity the permission add-members on groups, or use an identity that has it.',
      },
    });
    expect(rows[0]?.error?.message).toContain('Missing: add-members on groups.');
  });

  it('of which there are tens are cut in the sentence, and are all in the details', async () => {
    const fake = fakeWith();
    const actions = Array.from({ length: 121 }, (_, n) => `action-${n}`);
    const words = 'Actor privilege level is not high enough to perform this action';
    once(fake, fail(403, 'PermissionBoundaryError', words, missing(...actions)));
    const { rows } = await change(await open(fake), 'Developers', adds(B));
    const { error } = rows[0] ?? {};
    expect(error?.message).toContain('action-4 on groups and 116 more.');
    expect(error?.details).toMatchObject({ missingPermissions: { length: 121 } });
    expect(error?.hint).toMatch(/a more powerful role/);
  });

  it.each([
    ['remove-members', removes(A)],
    ['grant-privileges', undefined],
  ])('%s', async (action, changes) => {
    const fake = fakeWith();
    const words = `Permission denied: ${action} on groups.`;
    once(fake, fail(403, 'PermissionBoundaryError', words, missing(action)));
    const opened = await open(fake);
    const create = { name: 'QA', role: 'admin', dryRun: false };
    const error =
      changes === undefined
        ? await errorOf(
            opened.directory.createGroup(create, { beforeSend: () => Promise.resolve() }),
          )
        : (await change(opened, 'Developers', changes)).rows[0]?.error;
    expect(error).toMatchObject({
      code: 'permission-boundary',
      details: { missingPermissions: [`${action} on groups`] },
    });
  });
});

describe('creating a group', () => {
  const create = async (answer: ReturnType<typeof fail>, role?: string) => {
    const fake = fakeWith();
    once(fake, answer);
    const { directory } = await open(fake);
    const options = { name: 'QA', dryRun: false, ...(role === undefined ? {} : { role }) };
    return await errorOf(directory.createGroup(options, { beforeSend: () => Promise.resolve() }));
  };

  it('with a role that is not there names the role, not the group', async () => {
    const words = `Specified roles 'nosuch' was not found in the organization with ID '${uuid(1)}'`;
    const error = await create(fail(404, 'NotFound', words), 'nosuch');
    expect(error).toMatchObject({ exitCode: 4, code: 'no-such-role', status: 404 });
    expect(error.message).toBe('The organization has no role "nosuch" (404 to POST groups).');
    expect(error.hint).toMatch(/^Use admin, member or no-access/);
  });

  it('of a name or slug that is taken is refused as one that exists', async () => {
    const words =
      'This name or slug is already in use by another group in your organization. Please choose a different one.';
    const error = await create(fail(400, 'BadRequest', words));
    expect(error).toMatchObject({ exitCode: 5, code: 'group-exists', status: 400 });
    expect(error.message).toContain(words);
  });
});

describe('machine identities', () => {
  it('are asked for by an id in lower case, however it was typed', async () => {
    const fake = fakeWith();
    fake.identities = [BOT];
    const { said } = await change(await open(fake), 'Developers', addBot(BOT.id.toUpperCase()));
    expect(said).toEqual([`${BOT.id} added verified`]);
    expect(writes(fake)[0]).toContain(`/machine-identities/${BOT.id}`);
  });

  it('that the server does not show are sent in lower case, too', async () => {
    const fake = fakeWith();
    const { rows } = await change(await open(fake), 'Developers', addBot(BOT.id.toUpperCase()));
    expect(rows[0]?.outcome).toBe('no-such-user');
    expect(writes(fake)[0]).toContain(`/machine-identities/${BOT.id}`);
  });

  it('that somebody else adds at the same moment are members already: 500 means read', async () => {
    const fake = fakeWith();
    fake.identities = [BOT];
    once(fake, fail(500, 'Create', 'Something went wrong'), () => {
      fake.groups[0]?.identities.push(BOT.id);
    });
    const { said } = await change(await open(fake), 'Developers', addBot(BOT.id));
    expect(said).toEqual([`${BOT.id} already-member verified`]);
  });

  it('that a 500 did not add are failed', async () => {
    const fake = fakeWith();
    fake.identities = [BOT];
    once(fake, fail(500, 'Create', 'Something went wrong'));
    const { said } = await change(await open(fake), 'Developers', addBot(BOT.id));
    expect(said).toEqual([`${BOT.id} failed verified`]);
  });
});

describe('calls without a body', () => {
  it('carry no Content-Type, which newer servers answer with 500', async () => {
    const fake = fakeWith();
    const opened = await open(fake);
    await change(opened, 'Developers', [...adds(B), ...removes(A)]);
    const group = await opened.directory.findGroup('Developers');
    await opened.directory.deleteGroup(group, { beforeSend: () => Promise.resolve() });
    const sent = opened.server.received.filter(({ method }) => method !== 'GET');
    expect(sent.map(({ method }) => method).sort()).toEqual(['DELETE', 'DELETE', 'POST']);
    for (const { headers, body } of sent) {
      expect(headers).not.toHaveProperty('content-type');
      expect(body).toBe('');
    }
  });
});

describe('refusals of the token', () => {
  it.each([
    [401, 'UnauthorizedError', 'Failed to authorize: token has been revoked', /Use a new token/],
    [401, 'UnauthorizedError', 'Identity is not a member of the organization', /was removed/],
    [401, 'UnauthorizedError', 'Identity organization membership is inactive', /^Activate/],
    [
      403,
      'ForbiddenError',
      'You are not allowed to access this resource from the current IP address',
      /trusted IPs/,
    ],
    [
      403,
      'Forbidden access to /api/v1/groups',
      'You are not allowed to access this resource',
      /^Use the token of a machine identity/,
    ],
    [
      401,
      '/api/v1/groups Unauthorized Access, no organization found in request',
      'You are not allowed to access this resource',
      /logged in to an organization/,
    ],
  ])('say what helps: %i %s %s', async (status, name, words, hint) => {
    const fake = fakeWith();
    fake.intercept = () => fail(status, name, words);
    const { directory } = await open(fake);
    const error = await errorOf(directory.listGroups());
    expect(error).toMatchObject({ exitCode: 3, status, serverError: name });
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(hint);
  });
});
