import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, listUsers } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';

const ADD = ['security', 'groups', 'members', 'add'];

describe('members add', () => {
  it('reads late, writes the whole list and reads back', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(...addHandlers(state));
    const result = await cli().run([
      ...ADD,
      '--member=John Smith',
      '--name=developers',
      `--source=${server.url}`,
      '--api-key=abc12345',
    ]);
    expect(result).toEqual({ code: 0, stdout: 'Added John Smith to Developers.\n', stderr: '' });
    expect(server.calls()).toEqual([
      'GET /api/security/users/list',
      'GET /api/security/groups/list',
      'POST /api/security/groups/update',
      'GET /api/security/groups/list',
    ]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'John Smith'] }]);
    expect(server.received[2]?.headers).toMatchObject({
      'x-apikey': 'abc12345',
      'content-type': 'application/json',
    });
    expect(server.received[2]?.headers['user-agent']).toMatch(/^groupctl\/\d/);
  });

  it('sends no write for one who is a member already, in any case', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state));
    const result = await cli().run([
      ...ADD,
      '--member=DJones',
      '--name=Developers',
      `--source=${server.url}`,
    ]);
    expect(result.stdout).toBe('djones is already a member of Developers; nothing to do.\n');
    expect(result.code).toBe(0);
  });
});
