import { describe, expect, it } from 'vitest';
import { type Answer, B, fail, type FakeInfisical, fakeWith, once, uuid, writes } from './fake.ts';
import { adds, change, open, removes } from './helpers.ts';

describe('what an answer means', () => {
  const cases: [
    string,
    'add' | 'remove',
    Answer,
    ((fake: FakeInfisical) => void) | undefined,
    object,
  ][] = [
    [
      'already a member',
      'add',
      fail(400, 'BadRequest', 'User(s) are already part of the group developers'),
      (fake) => fake.groups[0]?.members.push(uuid(1)),
      { outcome: 'already-member', verified: true },
    ],
    [
      'not a member',
      'remove',
      fail(403, 'ForbiddenError', 'User(s) are not part of the group developers'),
      (fake) => void (fake.groups[0] as { members: string[] }).members.splice(0),
      { outcome: 'already-absent', verified: true },
    ],
    [
      'not a member, as a 400',
      'remove',
      fail(400, 'BadRequest', 'User(s) are not part of the group developers'),
      (fake) => void (fake.groups[0] as { members: string[] }).members.splice(0),
      { outcome: 'already-absent', verified: true },
    ],
    [
      'a user who is gone',
      'add',
      fail(404, 'NotFound', 'Failed to find user with username x'),
      (fake) => void fake.users.splice(1),
      {
        outcome: 'no-such-user',
        error: { kind: 'not-found', code: 'no-such-user', status: 404, requestId: 'req-1' },
      },
    ],
    [
      'one who is not in the organization',
      'add',
      fail(403, 'ForbiddenError', 'User with id x is not part of the organization'),
      (fake) => void fake.users.splice(1),
      { outcome: 'no-such-user', error: { kind: 'not-found' } },
    ],
    [
      'one who is not in the organization, as a 400',
      'add',
      fail(400, 'BadRequest', 'User with id x is not part of the organization'),
      (fake) => void fake.users.splice(1),
      { outcome: 'no-such-user' },
    ],
    [
      'one who is not in the organization, and whom the list still shows',
      'add',
      fail(403, 'ForbiddenError', 'User with id x is not part of the organization'),
      undefined,
      { outcome: 'no-such-user', error: { kind: 'not-found', status: 403 } },
    ],
    [
      'a group that is gone',
      'add',
      fail(404, 'NotFound', 'Failed to find group with ID x'),
      (fake) => void fake.groups.splice(0),
      {
        outcome: 'failed',
        error: {
          kind: 'not-found',
          status: 404,
          message: expect.stringMatching(
            /^".+" was deleted meanwhile; nothing more was written\.$/,
          ),
          hint: 'List the groups that the server has now.',
        },
      },
    ],
    [
      'a group that is gone, and still shown',
      'add',
      fail(404, 'NotFound', 'Failed to find group with ID x'),
      undefined,
      {
        outcome: 'failed',
        error: {
          code: 'not-found',
          message: expect.stringMatching(
            /Failed to find group with ID x\. The group is "Developers"; it may have been deleted meanwhile\.$/,
          ),
          hint: 'List the groups that the server has now.',
        },
      },
    ],
    [
      'membership managed by OIDC',
      'add',
      fail(400, 'BadRequest', 'Cannot add user to group: OIDC group membership mapping is enabled'),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 400 } },
    ],
    [
      'a group more privileged than we (old)',
      'add',
      fail(403, 'ForbiddenError', 'Failed to add user to more privileged group'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'forbidden' } },
    ],
    [
      'a group more privileged than we',
      'add',
      fail(403, 'PermissionBoundaryError', 'Boundary', {
        details: { missingPermissions: [{ action: 'edit', subject: 'groups' }] },
      }),
      undefined,
      {
        outcome: 'refused',
        error: {
          kind: 'unauthorized',
          code: 'permission-boundary',
          details: { missingPermissions: ['edit on groups'] },
        },
      },
    ],
    [
      'no permission',
      'add',
      fail(403, 'PermissionDenied', 'You are not allowed to edit on groups'),
      undefined,
      {
        outcome: 'refused',
        error: { kind: 'unauthorized', code: 'permission-denied', status: 403, requestId: 'req-1' },
      },
    ],
    [
      'a bad token',
      'add',
      fail(403, 'TokenError', 'invalid signature'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'token-refused' } },
    ],
    [
      'a 401',
      'add',
      fail(401, 'UnauthorizedError', 'Token missing'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'token-refused' } },
    ],
    [
      'a failed validation (old)',
      'add',
      fail(401, 'ValidationFailure', [{ path: ['username'], message: 'Required' }]),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', code: 'validation' } },
    ],
    [
      'a failed validation',
      'add',
      fail(422, 'ValidationFailure', [{ path: ['username'], message: 'Required' }]),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', code: 'validation' } },
    ],
    [
      'a missing route',
      'add',
      fail(404, 'Not Found', 'Route POST:/x not found'),
      undefined,
      { outcome: 'failed', error: { kind: 'protocol', code: 'no-such-route' } },
    ],
    [
      'a 500',
      'add',
      fail(500, 'InternalServerError', 'Something went wrong'),
      undefined,
      { outcome: 'failed', error: { kind: 'server', status: 500 } },
    ],
    [
      'a 500 that did it',
      'add',
      fail(500, 'InternalServerError', 'Something went wrong'),
      (fake) => fake.groups[0]?.members.push(uuid(1)),
      {
        outcome: 'failed',
        verified: true,
        error: { kind: 'server', code: 'answered-but-applied' },
      },
    ],
    [
      'a SCIM error',
      'add',
      {
        status: 403,
        body: { reqId: 'req-9', schemas: ['urn:ietf'], status: 403, detail: 'No rights here' },
      },
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', requestId: 'req-9' } },
    ],
    [
      'a bad escape',
      'add',
      {
        status: 400,
        body: {
          error: 'Bad Request',
          code: 'FST_ERR_BAD_URL',
          message: 'not a valid url component',
          statusCode: 400,
        },
      },
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 400 } },
    ],
    [
      'a 409',
      'add',
      fail(409, 'Conflict', 'busy'),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 409 } },
    ],
  ];

  it.each(cases)('%s', async (_name, op, answer, before, expected) => {
    const fake = fakeWith(2, op === 'add' ? [] : [B]);
    once(fake, answer, before === undefined ? undefined : () => before(fake));
    const { rows } = await change(
      await open(fake),
      'Developers',
      op === 'add' ? adds(B) : removes(B),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject(expected);
    expect(writes(fake)).toHaveLength(1);
  });

  it.each([
    [
      [
        { path: ['slug'], message: 'too short' },
        { path: [], message: 'odd' },
      ],
      ': slug: too short; odd.',
    ],
    [{ reason: 'x' }, ': {"reason":"x"}.'],
    ['Plain words.', ': Plain words.'],
    [undefined, ': ValidationFailure.'],
  ])('renders the message of a validation: %j', async (message, words) => {
    const fake = fakeWith(2, []);
    once(fake, fail(422, 'ValidationFailure', message));
    const { rows } = await change(await open(fake), 'Developers', adds(B));
    expect(rows[0]?.error?.message).toMatch(/refused the request \(422 on POST groups\/users\)/);
    expect(rows[0]?.error?.message.endsWith(words)).toBe(true);
  });
});
