import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Cli } from '../../helpers/cli.ts';
import {
  applied,
  fakeProget,
  type FakeProget,
  inTurn,
  listGroups,
  listUsers,
  status,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { ADD, at, journals, jsonError, killAfter, REMOVE, runIds } from '../../commands/helpers.ts';

const NAME = '--name=Developers';
const KEY = '--api-key=abc12345';

async function proget(state: FakeProget): Promise<TestServer> {
  return await serve(listUsers(state), listGroups(state), updateGroup(state));
}

const members = (state: FakeProget): unknown => state.groups[0]?.users;

describe('undo', () => {
  it('takes back what the run did and saw, and keeps what others did since', async () => {
    const state = fakeProget(['djones', 'mlee']);
    const server = await proget(state);
    const user = cli();
    const names = ['--member=jsmith', '--member=DJones', '--member=John Smith'];
    expect(await user.run([...ADD, NAME, ...names, ...at(server)])).toMatchObject({ code: 0 });
    // Somebody else adds one and takes one of ours out.
    state.groups[0]!.users = ['djones', 'mlee', 'stranger', 'John Smith'];
    const result = await user.run(['undo', 'latest', '--yes', KEY]);
    expect(result).toEqual({
      code: 0,
      // `latest` may be another one than was thought.
      stderr: expect.stringMatching(
        /^Undoing run [0-9A-Z]{26}: security groups members add, Developers on http/,
      ) as string,
      stdout: [
        'Removed John Smith from Developers.',
        'jsmith is not a member of Developers; nothing to do.',
        'Developers: 1 removed, 1 already absent.',
        '',
      ].join('\n'),
    });
    expect(members(state)).toEqual(['djones', 'mlee', 'stranger']);
    const [first, second] = journals(user).map(([header]) => header);
    // Rows are known by their numbers in the run that is taken back, the last first.
    const earlier = [2, 0].map((index) => [index, index]);
    const rows = [{ op: 'remove', members: ['John Smith', 'jsmith'], earlier }];
    expect(second).toMatchObject({ command: 'undo', undoes: first?.['run'], rows });
  });

  it('is a run itself, and can be taken back', async () => {
    const state = fakeProget(['djones', 'mlee']);
    const server = await proget(state);
    const user = cli();
    await user.run([...REMOVE, NAME, '--member=mlee', ...at(server)]);
    expect(members(state)).toEqual(['djones']);
    expect(await user.run(['undo', 'latest', '--yes', KEY])).toMatchObject({ code: 0 });
    expect(members(state)).toEqual(['djones', 'mlee']);
    const [undo] = (await user.json(['history', '--limit=1'])) as { run: string }[];
    expect(await user.run(['undo', undo!.run, '--yes', KEY])).toMatchObject({ code: 0 });
    expect(members(state)).toEqual(['djones']);
  });

  it('asks on a terminal, and off it wants --yes', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    const off = await user.run(['undo', 'latest', KEY]);
    expect(off.code).toBe(2);
    expect(off.stderr).toContain('--yes');
    const no = await user.run(['undo', 'latest', KEY], { tty: true, answers: [false] });
    expect(no.code).toBe(8);
    expect(no.stderr).toContain(
      `\nServer ${server.url}, group "Developers"\n\u001b[31m- jsmith\u001b[39m\nUndo run `,
    );
    expect(members(state)).toEqual(['djones', 'jsmith']);
    expect(no.stderr).toMatch(/Undo run \w+ in Developers on \S+: add 0, remove 1\? \(y\/N\)/);
    const yes = await user.run(['undo', 'latest', KEY], { tty: true, answers: [true] });
    expect(yes.code).toBe(0);
    expect(members(state)).toEqual(['djones']);
  });

  it('plans without writing', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    const before = server.writes().length;
    const plan = await user.run(['undo', 'latest', KEY, '--dry-run', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      dryRun: true,
      outcomes: [{ op: 'remove', member: 'jsmith', outcome: 'planned' }],
    });
    expect(server.writes()).toHaveLength(before);
    expect(journals(user)).toHaveLength(1);
  });

  it('changes nothing of a run whose rows were so already', async () => {
    const state = fakeProget(['djones', 'jsmith']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', '--member=John Smith', ...at(server)]);
    state.groups[0]!.users = ['djones', 'jsmith'];
    await user.run(['undo', 'latest', '--yes', KEY]);
    expect(members(state)).toEqual(['djones', 'jsmith']);
  });

  it('goes to no other server than the run did', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const other = await serve();
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    const run = String(journals(user)[0]?.[0]?.['run']);
    const argv = ['undo', run, '--yes', ...at(other), '--json'];
    const result = await user.run(argv);
    expect(result.code).toBe(8);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'other-server' });
    expect(other.calls()).toEqual([]);
    // The environment names a server for other commands; a run has its own.
    const env = { GROUPCTL_URL: other.url, GROUPCTL_API_KEY: 'abc12345' };
    expect(await user.run(['undo', 'latest', '--yes'], { env })).toMatchObject({ code: 0 });
    expect(members(state)).toEqual(['djones']);
  });

  it('says why an account cannot be restored', async () => {
    const user = cli();
    const remove = ['security', 'users', 'delete', '--username=djones', '--source=sandbox'];
    expect(await user.run(remove)).toMatchObject({ code: 0 });
    const result = await user.run(['undo', 'latest', '--yes', '--json']);
    expect(result.code).toBe(2);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'not-undoable' });
  });

  it('keeps a stranger on infisical, too', async () => {
    const user = cli();
    const source = '--source=sandbox:infisical';
    const qa = ['--name=QA', source];
    const list = ['security', 'groups', 'members', 'list', ...qa];
    const before = (await user.json(list)) as { member: string }[];
    expect(before.map(({ member }) => member)).not.toContain('jsmith');
    await user.json([...ADD, ...qa, '--member=jsmith']);
    await user.json([...ADD, ...qa, '--member=djones']);
    const runs = readdirSync(join(user.state, 'runs')).sort();
    const first = runs[0]?.replace('.jsonl', '') ?? '';
    expect(await user.json(['undo', first, '--yes'])).toMatchObject({
      undoes: first,
      outcomes: [{ member: 'jsmith', op: 'remove', outcome: 'removed', verified: true }],
    });
    const after = ((await user.json(list)) as { member: string }[]).map(({ member }) => member);
    expect(after).not.toContain('jsmith');
    expect(after).toContain('djones');
  });
});

describe('resume', () => {
  it('goes on with the rows that have no final outcome, and with no other', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    const names = ['--member=jsmith', '--member=John Smith', '--member=djones'];
    await user.run([...ADD, NAME, ...names, ...at(server)]);
    killAfter(user, ({ t }) => t === 'run' || t === 'intent');
    // The call had reached the server, and one of the two was taken out again.
    state.groups[0]!.users = ['djones', 'jsmith'];
    const result = await user.run(['resume', 'latest', KEY, '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'jsmith', outcome: 'added', verified: true },
        { member: 'John Smith', outcome: 'added' },
        { member: 'djones', outcome: 'already-member' },
      ],
    });
    expect(members(state)).toEqual(['djones', 'jsmith', 'John Smith']);
    const again = await user.run(['resume', 'latest', KEY]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Run [0-9A-Z]{26} is complete\. Nothing to resume\.\n$/);
  });

  it('is guarded as the run was', async () => {
    const state = fakeProget(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    const path = join(user.state, 'leavers.txt');
    mkdirSync(user.state, { recursive: true });
    writeFileSync(path, 'a\nb\n');
    await user.run([...REMOVE, NAME, `--file=${path}`, '--protect=zz', ...at(server)]);
    killAfter(user, ({ t }) => t === 'run');
    const killed = runIds(user)[0]!;
    state.groups[0]!.users = ['a', 'b', 'c'];
    const stopped = await user.run(['resume', 'latest', KEY]);
    expect(stopped.code).toBe(8);
    expect(stopped.stderr).toContain('this would remove 2 of 3 members');
    expect(stopped.stderr).toContain('--max-removal-percent=67');
    const protectedToo = ['--max-removal-percent=67', '--protect=a', '--json'];
    const still = await user.run(['resume', killed, KEY, ...protectedToo]);
    expect(jsonError(still.stderr)).toMatchObject({ code: 'protected-member', exitCode: 8 });
    expect(JSON.parse(still.stdout)).toMatchObject({ summary: { notTried: 2 } });
    const near = ['--max-removal-percent=67', '--protect=aa', '--json'];
    const misspelled = await user.run(['resume', killed, KEY, ...near]);
    expect(jsonError(misspelled.stderr)).toMatchObject({ code: 'protect-misspelled', exitCode: 8 });
    const allowed = ['resume', killed, KEY, '--max-removal-percent=67'];
    expect(await user.run(allowed)).toMatchObject({ code: 0 });
    expect(members(state)).toEqual(['c']);
  });

  it('refuses a run of which half the first line is on record: 2', async () => {
    const user = cli();
    const folder = join(user.state, 'runs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '01KB5Q2T00000000000000000A.jsonl'), '{"t":"run","v":1,"ro');
    for (const verb of [['resume'], ['undo', '--yes']]) {
      const { code, stderr } = await user.run([...verb, 'latest', '--json']);
      expect(code).toBe(2);
      expect(jsonError(stderr)).toMatchObject({ code: 'journal-damaged' });
    }
  });
});

describe('a run that was killed while its one call was under way', () => {
  it('is found out about by resume, which an undo takes back', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    const names = ['--member=jsmith', '--member=John Smith'];
    await user.run([...ADD, NAME, ...names, ...at(server)]);
    killAfter(user, ({ t }) => t === 'run' || t === 'intent');
    const undone = await user.run(['undo', 'latest', '--yes', KEY]);
    expect(undone.code).toBe(8);
    expect(undone.stdout).toMatch(/Left alone: the server did not answer, so it is in doubt/);
    // A dry run does not speak of something done.
    const dry = await user.json(['resume', 'latest', '--dry-run', KEY]);
    expect(dry).toMatchObject({ group: { memberCount: 3 }, summary: { alreadyMember: 2 } });
    const show = ['history', 'show', 'latest'];
    expect((await user.run(show, { tty: true })).stdout).toContain('Finish the remaining 2 rows');
    const resumed = (await user.json(['resume', 'latest', KEY])) as { run: string };
    // They were in the list that was read.
    expect(resumed).toMatchObject({
      group: { memberCount: 3 },
      summary: { added: 2, alreadyMember: 0 },
    });
    const [killed] = readdirSync(join(user.state, 'runs')).sort();
    const again = await user.run(['undo', killed!.replace('.jsonl', ''), '--yes', KEY]);
    expect(again.code).toBe(8);
    expect(again.stdout).toContain(`another run went on with it (groupctl undo ${resumed.run})`);
    const after = await user.run(['history', 'show', killed!.slice(0, 26)], { tty: true });
    expect(after.stdout).not.toMatch(/groupctl (resume|undo)/);
    const [next] = [await user.run(['history', 'show', resumed.run], { tty: true })];
    expect(next.stdout).toContain(`Undo it (2 rows): groupctl undo ${resumed.run}`);
    await user.json(['undo', resumed.run, '--yes', KEY]);
    expect(members(state)).toEqual(['djones']);
    const last = await user.run(['history', 'show', resumed.run], { tty: true });
    expect(last.stdout).not.toMatch(/groupctl (resume|undo)/);
  });

  it('is about a group that is gone: 4, by its name', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    killAfter(user, ({ t }) => t === 'run' || t === 'intent');
    state.groups.splice(0, 1);
    const result = await user.run(['resume', 'latest', KEY]);
    const [killed] = readdirSync(join(user.state, 'runs'));
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(result.stderr).toContain(
      `groupctl: The group "Developers", which the run ${killed!.slice(0, 26)} was about, is not there any more. Nothing was written.\n`,
    );
  });

  it('does not take for its own whom it had read as a member', async () => {
    const state = fakeProget(['djones', 'jsmith']);
    const server = await proget(state);
    const user = cli();
    await user.run([...REMOVE, NAME, '--member=jsmith', ...at(server)]);
    state.groups[0]!.users = ['djones', 'mlee'];
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    killAfter(user, ({ t }) => t === 'run' || t === 'intent');
    const path = join(user.state, 'runs', readdirSync(join(user.state, 'runs')).sort().at(-1)!);
    // The list that the write was merged into held the member already.
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"before":["djones"', '"before":["JSMITH"'),
    );
    expect(await user.json(['resume', 'latest', KEY])).toMatchObject({
      summary: { added: 0, alreadyMember: 1 },
    });
  });

  it('is gone on with once: whoever was taken out since stays out', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    killAfter(user, ({ t }) => t === 'run');
    const killed = runIds(user)[0]!;
    state.groups[0]!.users = ['djones'];
    await user.json(['resume', killed, KEY]);
    expect(members(state)).toEqual(['djones', 'jsmith']);
    state.groups[0]!.users = ['djones'];
    const again = await user.run(['resume', killed, KEY]);
    expect(again).toMatchObject({
      code: 0,
      stdout: `Run ${killed} is complete. Nothing to resume.\n`,
    });
    expect(members(state)).toEqual(['djones']);
  });

  it('is gone on with after a refusal that was about us', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', status(403), applied(state)),
    );
    const user = cli();
    const refused = await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    expect(refused.code).toBe(3);
    expect(await user.json(['resume', 'latest', KEY])).toMatchObject({ summary: { added: 1 } });
    expect(members(state)).toEqual(['djones', 'jsmith']);
  });
});

describe('a batch that was killed before its read-back', () => {
  const QA = ['--name=QA', '--source=sandbox:infisical'];
  const NEW = ['jsmith', 'djones', 'mbrown', 'David Jones', 'James Brown', 'ajohnson'];

  const list = ['security', 'groups', 'members', 'list', ...QA];

  /** The server took each of them; what it showed later is lost. */
  async function killed(user: Cli): Promise<string> {
    await user.json([...ADD, ...QA, ...NEW.map((name) => `--member=${name}`)]);
    killAfter(
      user,
      (line) => line.t !== 'end' && (line as { verified?: boolean }).verified !== true,
    );
    return runIds(user)[0]!;
  }

  it('is taken back by undo as far as it is still so, and then not done again', async () => {
    const user = cli();
    const before = (await user.json(list)) as { member: string }[];
    const run = await killed(user);
    await user.json([...REMOVE, ...QA, '--member=djones']);
    expect(await user.json(['undo', run, '--yes'])).toMatchObject({
      summary: { removed: NEW.length - 1, alreadyAbsent: 1, refused: 0 },
    });
    expect(await user.json(list)).toEqual(before.filter(({ member }) => member !== 'djones'));
    expect(await user.json(['resume', run])).toMatchObject({ outcomes: [] });
    expect(await user.json(['undo', run, '--yes'])).toMatchObject({ outcomes: [] });
  });

  it('is verified by resume, sends nothing twice, and can be undone then', async () => {
    const user = cli();
    const before = (await user.json(list)) as { member: string }[];
    await killed(user);
    const resumed = (await user.json(['resume', 'latest'])) as {
      outcomes: { outcome: string; verified: boolean }[];
      run: string;
    };
    expect(resumed.outcomes).toHaveLength(NEW.length);
    for (const row of resumed.outcomes) {
      expect(row).toMatchObject({ outcome: 'added', verified: true });
    }
    expect(await user.json(['history', 'show', resumed.run])).toMatchObject({ calls: [] });
    await user.json(['undo', resumed.run, '--yes']);
    expect(await user.json(list)).toEqual(before);
  });

  it('is not sent again for whom somebody has taken out since', async () => {
    const user = cli();
    await user.json([...ADD, ...QA, ...NEW.map((name) => `--member=${name}`)]);
    killAfter(
      user,
      (line) => line.t !== 'end' && (line as { verified?: boolean }).verified !== true,
    );
    const killed = runIds(user)[0]!;
    await user.json([...REMOVE, ...QA, '--member=djones']);
    const resumed = await user.run(['resume', killed, '--json']);
    expect(resumed.code).toBe(7);
    const { outcomes } = JSON.parse(resumed.stdout) as {
      outcomes: { member: string; outcome: string; verified: boolean }[];
    };
    const added = outcomes.filter(({ outcome }) => outcome === 'added');
    expect(added.map(({ member }) => member)).toEqual(NEW.filter((name) => name !== 'djones'));
    expect(outcomes.find(({ member }) => member === 'djones')).toMatchObject({
      outcome: 'refused',
      error: { code: 'no-longer-in-effect' },
    });
    // It has been looked at, and that is the end of it.
    const again = await user.run(['resume', killed]);
    expect(again).toMatchObject({
      code: 0,
      stdout: `Nothing of the run ${killed} can be resumed.\n`,
    });
    const list = ['security', 'groups', 'members', 'list', ...QA];
    const now = (await user.json(list)) as { member: string }[];
    expect(now.map(({ member }) => member)).not.toContain('djones');
  });
});
