import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ADD, at, jsonError } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import { fakeProget, listGroups, listUsers, updateGroup } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

it.each(['undo', 'resume'])(
  '%s of a run of an unknown kind of server sends nothing: 2',
  async (verb) => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    await user.run([...ADD, '--name=Developers', '--member=jsmith', ...at(server)]);
    const folder = join(user.state, 'runs');
    const [file = ''] = readdirSync(folder);
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace('"kind":"proget"', '"kind":"gitea"'));
    const before = server.received.length;
    const yes = verb === 'undo' ? ['--yes'] : [];
    const result = await user.run([verb, 'latest', ...yes, '--api-key=abc12345', '--json']);
    expect(result.code).toBe(2);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'unknown-kind' });
    expect(result.stderr).toContain('on a server of kind gitea, which this version of groupctl');
    expect(server.received).toHaveLength(before);
  },
);
