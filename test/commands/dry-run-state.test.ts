import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups, listPermissions, listUsers } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { ADD, at, GROUP_COMMANDS, jsonError } from './helpers.ts';

describe('a state folder that cannot be written', () => {
  it.each([
    ['members add', [...ADD, '--name=QA', '--member=jsmith']],
    ['groups create', [...GROUP_COMMANDS, 'create', '--name=New']],
    ['groups delete', [...GROUP_COMMANDS, 'delete', '--name=QA']],
  ])('gives a dry run the code of the real one: %s', async (_, argv) => {
    const user = cli();
    mkdirSync(dirname(user.state), { recursive: true });
    writeFileSync(user.state, 'no folder');
    const state = { ...fakeProget(), groups: [{ name: 'QA', users: ['djones'] }] };
    const handlers = [listUsers(state), listGroups(state), listPermissions()];
    // How far it gets differs by verb; what counts is that it writes nothing.
    for (const handler of handlers) handler.isUsed = true;
    const server = await serve(...handlers);
    const real = await user.run([...argv, ...at(server), '--json']);
    expect(real).toMatchObject({ code: 2, stdout: '' });
    expect(jsonError(real.stderr)).toMatchObject({ code: 'state-not-writable' });
    // What would be done can be said all the same.
    const dry = await user.run([...argv, ...at(server), '--json', '--dry-run']);
    expect(dry.code).toBe(2);
    expect(dry.stdout).toContain('"planned"');
    expect(jsonError(dry.stderr)).toMatchObject({ code: 'state-not-writable' });
  });

  it('is needed by the sandbox with --no-journal, too, which its hint does not suggest', async () => {
    const user = cli();
    mkdirSync(dirname(user.state), { recursive: true });
    writeFileSync(user.state, 'no folder');
    for (const extra of [[], ['--no-journal']]) {
      const { code, stderr } = await user.run([
        ...['security', 'groups', 'members', 'add', '--name=QA', '--member=jsmith'],
        ...['--source=sandbox', '--json', ...extra],
      ]);
      expect(code).toBe(2);
      expect(jsonError(stderr)).toMatchObject({
        code: 'state-not-writable',
        hint: 'Set GROUPCTL_STATE_DIR to a writable folder.',
      });
    }
  });
});
