import { describe, expect, test } from 'vitest';
import { SANDBOX_IDENTITY, SANDBOX_READER } from '../../../src/sandbox/infisical/seed.ts';
import { GROUPS, identityToken, said, startInfisical, userToken } from './helpers.ts';

describe('who may', () => {
  test('a role that may not is told what, and on the new server with details', async () => {
    const nobody = { id: '5a4db0c5-0000-4000-8000-0000000000a9', role: 'no-access', name: 'none' };
    for (const generation of ['current', '2024-10'] as const) {
      const { call, patch, idOf } = await startInfisical({ generation });
      const path = `${GROUPS}/${await idOf('developers')}/users/jsmith`;
      const denied = await call('POST', path, undefined, identityToken(SANDBOX_READER.id));
      const text = 'You are not allowed to edit on groups';
      expect(said(denied)).toEqual([403, 'PermissionDenied', text]);
      expect(denied.body.details).toEqual(generation === 'current' ? [] : undefined);
      await patch({ identities: [{ ...SANDBOX_IDENTITY, role: 'admin' }, nobody] });
      const blind = await call('GET', GROUPS, undefined, identityToken(nobody.id));
      expect(blind.body.message).toBe('You are not allowed to read on groups');
    }
  });

  test('a user with the role it takes, by a token of their own', async () => {
    const { call, patch } = await startInfisical();
    const boss = { username: 'boss', role: 'admin', id: '5a4db0c5-0000-4000-8000-0000000000b1' };
    await patch({ users: [boss], groups: [] });
    const { status } = await call('POST', GROUPS, { name: 'Made' }, userToken(boss.id));
    expect(status).toBe(200);
  });

  test('a token of one’s own takes the place of the standing one', async () => {
    const { call, sandbox } = await startInfisical({ apiKey: 'my-own-token' });
    expect(sandbox.apiKey).toBe('my-own-token');
    expect((await call('GET', GROUPS)).status).toBe(200);
    const standing = identityToken(SANDBOX_IDENTITY.id);
    expect((await call('GET', GROUPS, undefined, standing)).status).toBe(401);
  });
});
