import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTime } from 'ulid';
import { describe, expect, it } from 'vitest';
import { FileJournal } from '../../../src/state/journal/journal.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { addHandlers, fakeProget } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { lines, runs } from './journal-files.ts';

const ADD = ['security', 'groups', 'members', 'add', '--name=Developers'];

describe('the folder of the journal', () => {
  it('has no file for a run that writes nothing', async () => {
    const user = cli();
    const at = '--source=sandbox';
    for (const argv of [
      [...ADD, '--member=djones', at],
      [...ADD, '--member=jsmith', at, '--dry-run'],
      [...ADD, '--member=nobody', at],
      ['security', 'groups', 'members', 'remove', '--name=Developers', '--member=jsmith', at],
      ['security', 'groups', 'members', 'list', '--name=Developers', at],
      ['security', 'groups', 'create', '--name=Developers', at],
      ['security', 'groups', 'create', '--name=New', at, '--dry-run'],
      ['security', 'groups', 'delete', '--name=Nope', at],
      ['security', 'groups', 'delete', '--name=QA', at, '--dry-run'],
      [...ADD, '--member=jsmith', at, '--no-journal'],
    ]) {
      const { stdout } = await user.run([...argv, '--json']);
      if (stdout !== '') expect(JSON.parse(stdout)).not.toHaveProperty('run');
      expect(runs(user), argv.join(' ')).toEqual([]);
    }
  });

  it('has a file for each run, named in the order of the runs', async () => {
    const user = cli();
    const made: string[] = [];
    for (const member of ['jsmith', 'ajohnson', 'lchen']) {
      const result = await user.json([...ADD, '--source=sandbox', `--member=${member}`], {
        clock: { now: () => 1_700_000_000_000 + made.length * 1000 },
      });
      made.push((result as { run: string }).run);
    }
    expect(runs(user)).toEqual(made.map((run) => join(user.state, 'runs', `${run}.jsonl`)));
    expect(made.map((run) => decodeTime(run))).toEqual(
      [0, 1, 2].map((n) => 1_700_000_000_000 + n * 1000),
    );
  });
});

describe('a journal that cannot be written', () => {
  it('stops the run before any write; --no-journal lifts that', async () => {
    const user = cli();
    writeFileSync(user.state, 'a file where the folder should be');
    const state = fakeProget(['djones']);
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--member=jsmith', `--source=${server.url}`];
    const refused = await user.run(argv);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`groupctl: The state folder cannot be written: ${user.state}`);
    expect(refused.stderr).toContain('--no-journal');
    expect(server.writes()).toEqual([]);
    expect((await user.run([...argv, '--dry-run'])).stdout).toBe(
      'Would add jsmith to Developers.\n',
    );
    const lifted = await user.run([...argv, '--no-journal']);
    expect(lifted).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
      stderr:
        'Warning: running without a lock. Another groupctl may change the group at the same time.\n',
    });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'jsmith'] }]);
  });

  it('stops it too where only the folder of the runs is in the way', async () => {
    const user = cli();
    await user.run([...ADD, '--member=jsmith', '--source=sandbox', '--no-journal']);
    writeFileSync(join(user.state, 'runs'), 'in the way');
    const { code, stderr } = await user.run([...ADD, '--member=lchen', '--source=sandbox']);
    expect(code).toBe(2);
    expect(stderr).toContain(join(user.state, 'runs'));
    const members = await user.json([
      'security',
      'groups',
      'members',
      'list',
      '--name=Developers',
      '--source=sandbox',
    ]);
    expect(JSON.stringify(members)).not.toContain('lchen');
  });

  it('does not take the file of another run', () => {
    const state = temporaryFolder();
    const header = { source: 's', kind: 'proget', group: { name: 'g' }, command: 'c', rows: [] };
    const made = Array.from(
      { length: 20 },
      () => new FileJournal(state, header, '1', 1_700_000_000_000),
    );
    expect(new Set(made.map(({ run }) => run)).size).toBe(20);
    for (const journal of made) {
      journal.end({ exit: 0 }, 0);
      journal.end({ exit: 1 }, 0);
    }
    for (const path of runs({ state }))
      expect(lines(path).map(({ t }) => t)).toEqual(['run', 'end']);
  });
});
