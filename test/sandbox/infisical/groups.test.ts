import { describe, expect, test } from 'vitest';
import { SANDBOX_ORG_ID, SANDBOX_READER } from '../../../src/sandbox/infisical/seed.ts';
import { bytes } from '../helpers.ts';
import { GROUPS, said, startInfisical } from './helpers.ts';

const OLD = { generation: '2024-10' } as const;
const NOWHERE = '5a4db0c5-0000-4000-8000-00000000dead';

interface Group {
  id: string;
  name: string;
  slug: string;
  role: string;
}

describe('the list', () => {
  test('is of this organization only, and shows one of two roles twice on the new server', async () => {
    const { call } = await startInfisical();
    const groups = (await call('GET', `${GROUPS}?limit=1&offset=1`)).body as unknown as Group[];
    expect(groups.map(({ name, slug, role }) => [name, slug, role])).toEqual([
      ['Administrators', 'administrators', 'admin'],
      ['Developers', 'developers', 'member'],
      ['QA', 'qa-team', 'member'],
      ['QA', 'qa-team', 'custom'],
      ['Engineers', 'engineers', 'no-access'],
      ['Duplicates', 'duplicates-one', 'no-access'],
      ['Duplicates', 'duplicates-two', 'no-access'],
    ]);
    expect(groups[2]?.id).toBe(groups[3]?.id);
    const old = await startInfisical(OLD);
    const names = ((await old.call('GET', GROUPS)).body as unknown as Group[]).map(
      ({ name }) => name,
    );
    const sorted = ['Administrators', 'Developers', 'Duplicates', 'Duplicates', 'Engineers', 'QA'];
    expect(names).toEqual(sorted);
  });

  test('lacks a group of another organization, which its id finds on the old server', async () => {
    const orgId = '5a4db0c5-0000-4000-8000-000000000009';
    for (const [options, status] of [
      [{}, 404],
      [OLD, 200],
    ] as const) {
      const { call, patch } = await startInfisical(options);
      await patch({ groups: [{ name: 'Theirs', id: NOWHERE, orgId }] });
      expect((await call('GET', GROUPS)).body).toEqual([]);
      expect((await call('GET', `${GROUPS}/${NOWHERE}`)).status).toBe(status);
      expect((await call('GET', `${GROUPS}/${NOWHERE}/users`)).status).toBe(404);
    }
  });
});

describe('create, change, delete', () => {
  test('with defaults; twice by one name on the old server, once on the new', async () => {
    for (const options of [{}, OLD]) {
      const { call } = await startInfisical(options);
      const { body, status } = await call('POST', GROUPS, { name: ' Ops Team ', color: 'red' });
      const role = options === OLD ? { role: 'no-access', roleId: null } : {};
      expect(status).toBe(200);
      expect(body).toEqual({
        id: expect.any(String) as string,
        orgId: SANDBOX_ORG_ID,
        name: 'Ops Team',
        slug: expect.stringMatching(/^ops-team-[0-9a-f]{4}$/) as string,
        createdAt: expect.any(String) as string,
        updatedAt: expect.any(String) as string,
        ...role,
      });
      const twin = await call('POST', GROUPS, { name: 'Ops Team', slug: 'ops-two' });
      expect(twin.status).toBe(options === OLD ? 200 : 400);
      const otherCase = { name: 'OPS TEAM', slug: 'ops-three' };
      expect((await call('POST', GROUPS, otherCase)).status).toBe(200);
    }
  });

  test('what is wrong with it', async () => {
    const { call } = await startInfisical();
    const codes = async (body: unknown) => {
      const [status, , message] = said(await call('POST', GROUPS, body));
      return [status, ...(message as { code: string; path: string[] }[]).map((it) => it.code)];
    };
    expect(await codes({ name: ' ' })).toEqual([422, 'too_small']);
    expect(await codes({ name: 'n'.repeat(256), slug: 'abcd' })).toEqual([
      422,
      'too_big',
      'too_small',
    ]);
    expect(await codes({ name: 'x', slug: 'Not A Slug' })).toEqual([422, 'custom']);
    expect(await codes([])).toEqual([422, 'invalid_type']);
    const taken = { name: 'x', slug: 'developers' };
    expect(said(await call('POST', GROUPS, taken))).toEqual([
      400,
      'BadRequest',
      'This name or slug is already in use by another group in your organization. Please choose a different one.',
    ]);
    const old = await startInfisical(OLD);
    expect(said(await old.call('POST', GROUPS, taken)).slice(0, 2)).toEqual([500, 'Create']);
    const [status, error] = said(await call('POST', GROUPS, { name: 'x', role: 'king' }));
    expect([status, error]).toEqual([404, 'NotFound']);
  });

  test('a change shows; an empty one is nothing, and 500 on the old server', async () => {
    const { call, idOf } = await startInfisical();
    const path = `${GROUPS}/${await idOf('engineers')}`;
    const changed = await call('PATCH', path, { name: 'Builders', role: 'qa-lead' });
    expect(changed.body).toMatchObject({ name: 'Builders', slug: 'engineers' });
    expect(changed.body).not.toHaveProperty('role');
    expect((await call('GET', path)).body).toMatchObject({ customRoleSlug: 'qa-lead' });
    expect((await call('PATCH', path, {})).status).toBe(200);
    expect(said(await call('PATCH', path, { slug: 'qa-team' }))[0]).toBe(400);
    const old = await startInfisical(OLD);
    const oldPath = `${GROUPS}/${await old.idOf('engineers')}`;
    expect(said(await old.call('PATCH', oldPath, {}))[1]).toBe('Update');
    expect(said(await old.call('PATCH', oldPath, { slug: 'qa-team' }))[1]).toBe('Update');
  });

  test('a delete returns the group; of a missing one the old server says 200 and nothing', async () => {
    const { call, idOf } = await startInfisical();
    const id = await idOf('engineers');
    expect((await call('DELETE', `${GROUPS}/${id}`)).body).toMatchObject({ id, name: 'Engineers' });
    expect((await call('DELETE', `${GROUPS}/${id}`)).status).toBe(404);
    const old = await startInfisical(OLD);
    const gone = await old.call('DELETE', `${GROUPS}/${NOWHERE}`);
    expect([gone.status, gone.body]).toEqual([200, '']);
    expect((await old.call('GET', GROUPS)).body).toHaveLength(6);
  });

  test('a licence without groups leaves the members alone', async () => {
    const { call, add, idOf } = await startInfisical({ planLimited: true });
    const id = await idOf('engineers');
    const refused = [
      await call('POST', GROUPS, { name: 'x' }),
      await call('PATCH', `${GROUPS}/${id}`, { name: 'x' }),
      await call('DELETE', `${GROUPS}/${id}`),
    ];
    for (const answer of refused)
      expect(said(answer)[2]).toMatch(/due to plan restriction\.? Upgrade/);
    expect((await add('engineers', 'jsmith')).status).toBe(200);
  });
});

describe('machine identities and projects', () => {
  test('in, listed, out', async () => {
    const { call, idOf } = await startInfisical();
    const path = `${GROUPS}/${await idOf('engineers')}/machine-identities`;
    const one = `${path}/${SANDBOX_READER.id}`;
    expect((await call('POST', one)).body).toEqual({ id: SANDBOX_READER.id });
    const text = 'Identity is already part of the group engineers';
    expect(said(await call('POST', one))).toEqual([400, 'BadRequest', text]);
    const inside = await call('GET', `${path}?filter=assignedMachineIdentities`);
    expect(inside.body).toEqual({
      machineIdentities: [
        { ...SANDBOX_READER, isPartOfGroup: true, joinedGroupAt: expect.any(String) as string },
      ],
      totalCount: 1,
    });
    const all = await call('GET', `${path}?search=-`);
    expect(all.body.totalCount).toBe(2);
    for (const query of ['filter=existingMembers', 'search=', 'search=a%25b']) {
      expect((await call('GET', `${path}?${query}`)).status).toBe(422);
    }
    expect((await call('DELETE', one)).status).toBe(200);
    expect(said(await call('DELETE', one)).slice(0, 2)).toEqual([403, 'ForbiddenError']);
    expect((await call('POST', `${path}/${NOWHERE}`)).status).toBe(404);
    const projects = await call('GET', `${GROUPS}/${await idOf('developers')}/projects`);
    expect(projects.body).toMatchObject({ projects: [{ name: 'Web shop' }], totalCount: 1 });
  });

  test('are no routes of the old server', async () => {
    const { call, idOf } = await startInfisical(OLD);
    for (const rest of ['machine-identities', 'projects']) {
      const path = `${GROUPS}/${await idOf('engineers')}/${rest}`;
      const text = `Route GET:${path} not found`;
      expect(said(await call('GET', path))).toEqual([404, 'Not Found', text]);
    }
  });
});

describe('paths', () => {
  test('a route that is not there names itself; there is no 405', async () => {
    const { call } = await startInfisical();
    for (const path of ['/api/v1/nope?a=b', '/', '/API/v1/groups', '/api/v2/groups']) {
      const text = `Route PUT:${path} not found`;
      expect(said(await call('PUT', path))).toEqual([404, 'Not Found', text]);
    }
  });

  test('a name of more than 100 characters is none, encoded or not', async () => {
    const { call, idOf, patch } = await startInfisical();
    const name = `${'ü'.repeat(96)}@x.y`;
    await patch({ users: [{ username: name }], groups: [{ name: 'Everyone' }] });
    const path = `${GROUPS}/${await idOf('everyone')}/users/`;
    expect((await call('POST', path + encodeURIComponent(name))).status).toBe(200);
    expect(said(await call('POST', `${path}${encodeURIComponent(name)}z`))[1]).toBe('Not Found');
    expect(said(await call('POST', path))[1]).toBe('Not Found');
    expect(said(await call('POST', `${path}%20`))[1]).toBe('NotFound');
  });

  test('a percent escape that is none is 400, before anybody is asked for', async () => {
    const { sandbox } = await startInfisical();
    const head =
      'POST /api/v1/groups/x/users/bad%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const answer = await bytes(sandbox.port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code: 'FST_ERR_BAD_URL',
      statusCode: 400,
    });
  });
});
