import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Cli, temporaryFolder } from '../helpers/cli.ts';
import { addHandlers, fakeProget, listGroups, listUsers } from '../helpers/proget.ts';
import { serve, type TestServer } from '../helpers/server.ts';
import { jsonError, journals, MEMBERS } from './helpers.ts';

const COPY = [...MEMBERS, 'copy'];
const BOTH = ['--from=old', '--to=new', '--name=Developers'];

async function known(user: Cli, sources: Readonly<Record<string, TestServer>>): Promise<void> {
  for (const [name, { url }] of Object.entries(sources)) {
    const key = `--api-key=key-of-${name}`;
    const added = await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, key]);
    expect(added.code).toBe(0);
  }
}

function csv(text: string): string {
  const path = join(temporaryFolder(), 'people.csv');
  writeFileSync(path, text);
  return path;
}

describe('members copy', () => {
  it('adds the members of one server to a group of another, each with its own key', async () => {
    const old = await serve(listGroups(fakeProget(['DJones', 'mlee'])));
    const state = fakeProget(['djones'], ['MLee']);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const result = await user.run([...COPY, ...BOTH]);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'djones is already a member of Developers; nothing to do.',
        'Added MLee to Developers.',
        'Developers: 1 added, 1 already a member.',
        '',
      ].join('\n'),
    });
    expect(state.groups[0]?.users).toEqual(['djones', 'MLee']);
    expect(old.received.map(({ headers }) => headers['x-apikey'])).toEqual(['key-of-old']);
    expect(new Set(fresh.received.map(({ headers }) => headers['x-apikey']))).toEqual(
      new Set(['key-of-new']),
    );
    expect(journals(user)[0]?.[0]).toMatchObject({
      command: 'security groups members copy',
      source: 'new',
    });
  });

  it('lists who has no counterpart, and guesses nobody', async () => {
    const old = await serve(listGroups(fakeProget(['jsmiht', 'jsmith'])));
    const fresh = await serve(listGroups(fakeProget(['djones'])), listUsers(fakeProget()));
    const user = cli();
    await known(user, { old, new: fresh });
    const failures = join(temporaryFolder(), 'left.txt');
    const result = await user.run([...COPY, ...BOTH, '--json', `--failures=${failures}`]);
    expect(result.code).toBe(4);
    expect(JSON.parse(result.stdout)).toMatchObject({
      from: { source: 'old', kind: 'proget', group: { name: 'Developers' } },
      source: 'new',
      outcomes: [{ member: 'jsmiht', outcome: 'no-such-user' }],
    });
    expect(fresh.writes()).toEqual([]);
    expect(readFileSync(failures, 'utf8')).toMatch(/jsmiht\n[^]*jsmith\n/);
  });

  it('goes by the map, and by nothing else where there is one', async () => {
    const old = await serve(listGroups(fakeProget(['jane', 'djones', 'mlee'])));
    const state = fakeProget([], ['mlee']);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const map = csv('Team;NEW;Old\nA;jsmith;JANE\nB;;djones\n');
    const stopped = await user.run([...COPY, ...BOTH, `--map=${map}`]);
    expect(stopped.code).toBe(4);
    expect(stopped.stdout).toContain(`djones has no name on new in ${map}.`);
    expect(stopped.stdout).toContain(`mlee has no name on new in ${map}.`);
    const result = await user.run([...COPY, ...BOTH, `--map=${map}`, '--skip-unknown', '--json']);
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'djones', outcome: 'no-such-user', error: { code: 'no-counterpart' } },
        { member: 'mlee', outcome: 'no-such-user' },
        { member: 'jsmith', outcome: 'added', row: { file: map, line: 2 } },
      ],
    });
    expect(state.groups[0]?.users).toEqual(['jsmith']);
  });

  it('says on which of the two servers a group is missing, and where to look', async () => {
    const old = await serve(listGroups(fakeProget()));
    const fresh = await serve(listGroups(fakeProget()), listUsers(fakeProget()));
    const user = cli();
    await known(user, { old, new: fresh });
    const from = await user.run([...COPY, '--from=old', '--to=new', '--name=Nowhere']);
    expect(from).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'groupctl: old: There is no group named "Nowhere".\nHint: List the groups with: groupctl security groups list --source=old\n',
    });
    const to = await user.run([...COPY, ...BOTH, '--to-name=Nowhere']);
    expect(to).toMatchObject({ code: 4, stdout: '' });
    expect(to.stderr).toContain('groupctl: new: There is no group named "Nowhere".\n');
    expect(to.stderr).toContain(' --source=new\n');
  });

  it('does not advise what was done already', async () => {
    const old = await serve(listGroups(fakeProget(['djones', 'jsmith'])));
    const state = fakeProget([]);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const map = csv('old,new\njsmith,jsmith\ndjones,\n');
    const result = await user.run([...COPY, ...BOTH, `--map=${map}`, '--skip-unknown']);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('--map says who is who.');
    expect(result.stderr).not.toContain('--skip-unknown');
  });

  it('says what is wrong with a map', async () => {
    const old = await serve(listGroups(fakeProget(['jane'])));
    const fresh = await serve();
    const user = cli();
    await known(user, { old, new: fresh });
    for (const [text, said] of [
      ['a,b\nx,y\n', 'has no column "old" or "from"; it has "a", "b".'],
      ['from,to\nJane,x\njane,y\n', 'line 3: jane has a row already (line 2)'],
      ['', 'is empty'],
      ['from,to\n"x\n', 'line 2'],
    ] as const) {
      const result = await user.run([...COPY, ...BOTH, `--map=${csv(text)}`]);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(said);
    }
    const missing = await user.run([...COPY, ...BOTH, '--map=/no/such/file.csv']);
    expect(missing.code).toBe(2);
  });

  it('copies across kinds, and leaves out what the other kind does not have', async () => {
    const user = cli();
    const argv = ['--from=sandbox:infisical', '--to=sandbox', '--name=Developers', '--to-name=QA'];
    const result = await user.run([...COPY, ...argv, '--skip-unknown', '--json', '--dry-run']);
    expect(result.code).toBe(7);
    const { outcomes } = JSON.parse(result.stdout) as {
      outcomes: { member: string; type: string; outcome: string; error?: { code: string } }[];
    };
    const identity = outcomes.find(({ type }) => type === 'identity');
    expect(identity).toMatchObject({ outcome: 'no-such-user', error: { code: 'no-counterpart' } });
    expect(outcomes.some(({ outcome }) => outcome === 'planned')).toBe(true);
  });

  it('takes sources, no URLs, and does not copy a group into itself', async () => {
    const user = cli();
    const url = await user.run([...COPY, '--from=https://x.corp/', '--to=b', '--name=A', '--json']);
    expect(url.code).toBe(2);
    expect(jsonError(url.stderr)['message']).toContain('--from takes the name of a source');
    // Both would take the same credentials from the environment.
    const cloud = await user.run([...COPY, '--from=us', '--to=eu', '--name=A', '--json']);
    expect(cloud.code).toBe(2);
    expect(jsonError(cloud.stderr)['message']).toContain('--from takes the name of a source');
    const self = await user.run([...COPY, '--from=sandbox', '--to=Sandbox', '--name=QA']);
    expect(self.code).toBe(2);
    expect(self.stderr).toContain('into itself');
  });
});
