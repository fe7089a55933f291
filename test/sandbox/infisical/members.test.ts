import { describe, expect, test } from 'vitest';
import { errorFault, scimFault } from './faults.ts';
import { SANDBOX_IDENTITY, SANDBOX_READER } from '../../../src/sandbox/infisical/seed.ts';
import { seedProGet } from '../../../src/sandbox/seed.ts';
import { crowd, GROUPS, identityToken, said, startInfisical } from './helpers.ts';
import { raw } from '../helpers.ts';

const BOTH = ['current', '2024-10'] as const;
const SLUGS = {
  Administrators: 'administrators',
  Developers: 'developers',
  QA: 'qa-team',
  Engineers: 'engineers',
};

test('the groups and people of the ProGet sandbox are here, but for the directory account', async () => {
  const { members, users } = await startInfisical();
  const proget = seedProGet();
  for (const group of proget.groups) {
    const wanted = (group.users ?? []).filter((name) => !name.includes('\\'));
    const slug = SLUGS[group.name as keyof typeof SLUGS];
    expect((await members(slug)).sort()).toEqual(wanted.sort());
  }
  const everybody = await users('engineers', 'limit=100');
  const names = everybody.users.map(({ username }) => username);
  for (const { name } of proget.users) expect(names).toContain(name);
});

describe.each(BOTH)('outcomes on the %s server', (generation) => {
  test('added, already there, removed, already gone', async () => {
    const { add, remove, members, users } = await startInfisical({ generation });
    const added = await add('developers', 'John Smith');
    expect([added.status, Object.keys(added.body)]).toEqual([
      200,
      ['email', 'username', 'firstName', 'lastName', 'id'],
    ]);
    expect(await members('developers')).toContain('John Smith');
    const again = await add('developers', 'John Smith');
    const text = 'User(s) are already part of the group developers';
    expect(said(again)).toEqual([400, 'BadRequest', text]);
    expect('reqId' in again.body).toBe(generation === 'current');
    const [row] = (await users('developers', 'username=n%20smith')).users;
    expect(typeof row?.joinedGroupAt).toBe(generation === 'current' ? 'string' : 'undefined');
    expect((await remove('developers', 'John Smith')).body).toEqual(added.body);
    expect(said(await remove('developers', 'John Smith'))).toEqual([
      403,
      'ForbiddenError',
      'User(s) are not part of the group developers',
    ]);
    expect(await members('developers')).not.toContain('John Smith');
  });

  test('unknown, of another organization, of none, pending', async () => {
    const { add, members } = await startInfisical({ generation });
    for (const name of ['nobody', 'JSMITH', 'jane.smith@corp.example']) {
      const text = `Failed to find user with username ${name}`;
      expect(said(await add('engineers', name))).toEqual([404, 'NotFound', text]);
    }
    for (const name of ['partner@other.test', 'lonely@nowhere.test']) {
      const [status, error, message] = said(await add('engineers', name));
      expect([status, error]).toEqual([403, 'ForbiddenError']);
      expect(message).toMatch(/^User with id [0-9a-f-]{36} is not part of the organization$/);
    }
    const pending = await add('engineers', 'pending@corp.test');
    expect(pending.body).toMatchObject({ firstName: null, lastName: null });
    await add('engineers', 'DUP@corp.test');
    expect(await members('engineers')).toEqual(['DUP@corp.test', 'pending@corp.test']);
  });

  test('a group that is not there, of others, or named by something else than its id', async () => {
    const { call, idOf } = await startInfisical({ generation });
    const nowhere = '5a4db0c5-0000-4000-8000-00000000dead';
    const to = (id: string) => call('POST', `${GROUPS}/${id}/users/jsmith`);
    const text = `Failed to find group with ID ${nowhere}`;
    expect(said(await to(nowhere))).toEqual([404, 'NotFound', text]);
    for (const id of ['developers', 'Developers', 'x']) {
      const error = generation === 'current' ? 'MembershipGetByGroupId' : 'Find one';
      expect(said(await to(id))).toEqual([500, error, 'Something went wrong']);
    }
    const id = await idOf('developers');
    expect((await to(`%20${id.toUpperCase()}%20`)).status).toBe(200);
  });

  test('no group more privileged than the caller; on the new one add-members, for any', async () => {
    const { add, patch } = await startInfisical({ generation });
    const editor = { ...SANDBOX_READER, role: 'editor' };
    await patch({
      roles: [{ slug: 'editor', groups: ['read', 'edit'] }],
      identities: [{ ...SANDBOX_IDENTITY, role: 'admin' }, editor],
    });
    const refused = await add('administrators', 'jsmith', identityToken(editor.id));
    const [status, error, message] = said(refused);
    if (generation === 'current') {
      expect([status, error]).toEqual([403, 'PermissionBoundaryError']);
      expect(refused.body.details.missingPermissions).toEqual([
        { action: 'add-members', subject: 'groups' },
      ]);
    } else {
      expect([status, error]).toEqual([403, 'ForbiddenError']);
      expect(message).toBe('Failed to add user to more privileged group');
    }
    const { status: toAnyGroup } = await add('engineers', 'jsmith', identityToken(editor.id));
    expect(toAnyGroup).toBe(generation === 'current' ? 403 : 200);
  });

  test('a group that OIDC fills', async () => {
    const { add, remove, patch } = await startInfisical({ generation });
    await patch({ groups: [{ name: 'Mapped', oidcManaged: true, members: ['jsmith'] }] });
    expect(said(await add('mapped', 'djones'))).toEqual([
      400,
      'BadRequest',
      'Cannot add user to group: OIDC group membership mapping is enabled - user must be assigned to this group in your OIDC provider.',
    ]);
    expect((await remove('mapped', 'jsmith')).body.message).toMatch(
      /^Cannot remove user from group: OIDC/,
    );
  });

  test('one without encryption keys is 200, and on the old server nothing happens', async () => {
    const { add, members } = await startInfisical({ generation });
    expect((await add('engineers', 'nokeys@corp.test')).status).toBe(200);
    const wanted = generation === 'current' ? ['nokeys@corp.test'] : [];
    expect(await members('engineers')).toEqual(wanted);
  });

  test('JSON with nothing in it is 500, no body at all is fine', async () => {
    const { sandbox, idOf, members } = await startInfisical({ generation });
    const url = `${sandbox.url}${GROUPS}/${await idOf('engineers')}/users/jsmith`;
    const headers = { Authorization: `Bearer ${sandbox.apiKey}` };
    const json = { ...headers, 'Content-Type': 'application/json' };
    expect((await raw(url, { method: 'POST', headers: json })).status).toBe(500);
    expect(await members('engineers')).toEqual([]);
    expect((await raw(url, { method: 'POST', headers })).status).toBe(200);
    const framed = { ...json, 'Content-Length': '0' };
    expect((await raw(url, { method: 'DELETE', headers: framed })).status).toBe(500);
    const bare = await raw(url, { method: 'DELETE', headers: json });
    expect(bare.status).toBe(generation === 'current' ? 500 : 200);
  });
});

describe('at once', () => {
  test('twenty equal adds leave the user there several times, one remove takes all', async () => {
    const { add, remove, members, users, idOf } = await startInfisical();
    await idOf('engineers');
    const answers = await Promise.all(Array.from({ length: 20 }, () => add('engineers', 'jsmith')));
    const added = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(20 - added);
    expect(added).toBeGreaterThan(1);
    expect(added).toBeLessThanOrEqual(10);
    expect(await members('engineers')).toEqual(Array<string>(added).fill('jsmith'));
    expect((await users('engineers', 'username=jsmith')).totalCount).toBe(added);
    expect((await remove('engineers', 'jsmith')).status).toBe(200);
    expect(await members('engineers')).toEqual([]);
  });

  test('twenty different ones are all there', async () => {
    const { add, members, patch } = await startInfisical();
    const people = crowd(20);
    await patch({ users: people, groups: [{ name: 'Engineers' }] });
    const answers = await Promise.all(people.map(({ username }) => add('engineers', username)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    expect((await members('engineers')).sort()).toEqual(people.map(({ username }) => username));
  });
});

describe('faults', () => {
  test('of the server’s own shapes, and those every sandbox has', async () => {
    const { add, faults, members } = await startInfisical();
    await faults(
      scimFault({ method: 'POST' }, 404, 'Members not found'),
      errorFault({ method: 'POST' }, 422, 'ValidationFailure', { odd: true }),
      { method: 'POST', ignore: true },
    );
    const scim = await add('engineers', 'jsmith');
    expect([scim.status, Object.keys(scim.body)]).toEqual([
      404,
      ['reqId', 'schemas', 'status', 'detail'],
    ]);
    expect((await add('engineers', 'jsmith')).body.message).toEqual({ odd: true });
    expect((await add('engineers', 'jsmith')).status).toBe(200);
    expect(await members('engineers')).toEqual([]);
  });
});
