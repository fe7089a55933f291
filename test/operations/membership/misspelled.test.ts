import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MEMBERS } from '../../commands/helpers.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { fakeProget, listGroups, listUsers, updateGroup } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const SYNC = [...MEMBERS, 'sync', '--name=Developers'];
const TEAM = ['ajohnson', 'djones', 'jsmith', 'lchen', 'mbrown', 'akhan'];

describe('misspelledSelf', () => {
  it.each([
    ['Admn', ' There is no user named "Admn". Did you mean Admin?'],
    ['nosuch', ' There is no user named "nosuch".'],
    ['Admin', undefined],
  ])('warns where nobody has the name of --self: %s', async (self, why) => {
    const state = fakeProget(TEAM, ['Admin']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    const file = join(temporaryFolder(), 'team.txt');
    writeFileSync(file, TEAM.slice(1).join('\n'));
    const add = ['sources', 'add', '--name=prod', `--url=${server.url}`, '--api-key=k1234567'];
    await user.run([...add, `--self=${self}`]);
    const argv = [...SYNC, '--source=prod', `--file=${file}`, '--yes'];
    const { code, stderr } = await user.run(argv);
    const warning = `Warning: groupctl does not know its own account on prod, so it cannot protect it from removal.${why} Set it with: groupctl sources edit prod --self=NAME\n`;
    expect({ code, stderr }).toEqual({ code: 0, stderr: why === undefined ? '' : warning });
  });
});
