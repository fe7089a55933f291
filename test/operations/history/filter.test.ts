import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const ADD = ['security', 'groups', 'members', 'add', '--source=sandbox'];

async function withRuns() {
  const user = cli();
  const add = async (...more: string[]) => await user.run([...ADD, ...more]);
  await add('--name=QA', '--member=jsmith', '--reason=TICKET-123');
  await add('--name=Engineers', '--member=jsmith', '--member=djones');
  await add('--name=Engineers', '--member=mbrown');
  const groups = async (...options: string[]) =>
    ((await user.json(['history', ...options])) as { group: { name: string } }[]).map(
      ({ group }) => group.name,
    );
  return { user, groups };
}

describe('history --member', () => {
  it('says in each line what became of the member', async () => {
    const { user } = await withRuns();
    const listed = await user.run(['history', '--member=djones']);
    expect(listed.stdout.split('\n')[0]).toMatch(/\tEngineers\tdjones (added|already a member); /);
    const [newest] = (await user.json(['history', '--member=DJones'])) as {
      memberOutcomes: string[];
    }[];
    expect(newest?.memberOutcomes).toHaveLength(1);
    const csv = await user.run(['history', '--member=djones', '--output=csv']);
    expect(csv.stdout.split('\n')[0]).toMatch(/,about,memberOutcomes$/);
    expect((await user.run(['history', '--output=csv'])).stdout).not.toContain('memberOutcomes');
  });

  it.each([
    ['--member=djonse', 'djones'],
    ['--group=Enginers', 'Engineers'],
    ['--source=sandbx', 'sandbox'],
  ])('and other filters suggest a name that is near: %s', async (filter, near) => {
    const { user } = await withRuns();
    expect(await user.run(['history', filter])).toEqual({
      code: 0,
      stdout: '',
      stderr: `No such runs.\nDid you mean ${near}?\n`,
    });
  });
});

describe('history with a record that cannot be read', () => {
  it.each([
    ['?\n', '--member=djones'],
    ['?\n', '--group=QA'],
    [undefined, '--member=mbrown'],
  ])('says that it may be about what is looked for: %j, %s', async (text, filter) => {
    const { user } = await withRuns();
    const folder = join(user.state, 'runs');
    const file = join(folder, readdirSync(folder).sort().at(-1) ?? '');
    const damaged = text ?? readFileSync(file, 'utf8').replace('\n', '\n?\n');
    writeFileSync(file, damaged);
    const { code, stderr } = await user.run(['history', filter]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      '1 record cannot be read and may be about this. To see which, list all runs: groupctl history --all\n',
    );
    expect((await user.run(['history', '--until=2020-01-01'])).stderr).toBe('No such runs.\n');
  });
});

it('history --by says that the state folder does not record who ran a command', async () => {
  const { user } = await withRuns();
  expect(await user.run(['history', '--by=root'])).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'No such runs.\nOnly a shared store records who ran a command; --by finds nothing in the state folder.\n',
  });
});

it('history --source leaves out runs of another server that had the name of the source', async () => {
  const user = cli();
  const [one, two] = [fakeProget([]), fakeProget([])];
  const add = [...ADD.slice(0, -1), '--source=prod', '--name=Developers', '--member=jsmith'];
  const source = ['sources', 'add', '--name=prod', '--api-key=abc12345'];
  const [first, second] = [await serve(...addHandlers(one)), await serve(...addHandlers(two))];
  await user.run([...source, `--url=${first.url}`]);
  expect((await user.run(add)).code).toBe(0);
  await user.run(['sources', 'edit', 'prod', `--url=${second.url}`, '--api-key=abc12345']);
  const listed = await user.run(['history', '--source=prod']);
  expect(listed).toMatchObject({ stdout: '', stderr: 'No such runs.\n' });
  const undo = await user.run(['undo', 'latest', '--source=prod', '--yes']);
  expect(undo.code).toBe(4);
  expect((await user.run(add)).code).toBe(0);
  expect(await user.json(['history', `--source=${first.url}`])).toHaveLength(1);
  expect(await user.json(['history', '--source=prod'])).toHaveLength(1);
});

it('history --group finds the undo of a new group', async () => {
  const user = cli();
  await user.run(['security', 'groups', 'create', '--name=NewOne', '--source=sandbox']);
  expect((await user.run(['undo', 'latest', '--yes'])).code).toBe(0);
  const runs = (await user.json(['history', '--group=newone'])) as { command: string }[];
  expect(runs.map(({ command }) => command)).toEqual(['undo', 'security groups create']);
});

describe('history', () => {
  it('lists only the runs on a source, about a group or about a member', async () => {
    const { user, groups } = await withRuns();
    expect(await groups('--group=engineers')).toEqual(['Engineers', 'Engineers']);
    expect(await groups('--member=JSMITH')).toEqual(['Engineers', 'QA']);
    expect(await groups('--member=jsmith', '--group=QA')).toEqual(['QA']);
    expect(await groups('--member=jsmith', '--limit=1')).toEqual(['Engineers']);
    expect(await groups('--source=Sandbox')).toHaveLength(3);
    expect(await user.run(['history', '--source=other'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No such runs.\n',
    });
  });

  it('finds the runs on the server of a source that are recorded by its URL', async () => {
    const server = await serve(...addHandlers(fakeProget()));
    const user = cli();
    const add = ['security', 'groups', 'members', 'add', '--name=Developers', '--member=jsmith'];
    expect((await user.run([...add, `--source=${server.url}`])).code).toBe(0);
    await user.run(['sources', 'add', '--name=prod', `--url=${server.url}`, '--api-key=abc12345']);
    expect(await user.json(['history', '--source=PROD'])).toMatchObject([{ source: server.url }]);
    expect(await user.json(['history', '--source=other'])).toEqual([]);
  });

  it('has the reason of a run, in the list and in history show', async () => {
    const { user } = await withRuns();
    const [run] = (await user.json(['history', '--group=QA'])) as { run: string; reason: string }[];
    expect(run?.reason).toBe('TICKET-123');
    const shown = await user.run(['history', 'show', run!.run]);
    expect(shown.stdout).toContain('\nReason:  TICKET-123\n');
  });
});

describe('undo latest', () => {
  it('does not undo an undo: 2, naming the run', async () => {
    const { user } = await withRuns();
    expect((await user.run(['undo', 'latest', '--yes'])).code).toBe(0);
    const [undo] = (await user.json(['history', '--limit=1'])) as { run: string; undoes: string }[];
    expect(await user.run(['undo', 'latest', '--yes'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The latest run, ${undo!.run}, is itself an undo (of ${undo!.undoes}). To undo it, name it: groupctl undo ${undo!.run}\n`,
    });
    expect((await user.run(['undo', undo!.run, '--yes'])).code).toBe(0);
  });
});

describe('resume', () => {
  it('accepts --yes', async () => {
    const { user } = await withRuns();
    expect((await user.run(['resume', 'latest', '--yes'])).code).toBe(0);
  });
});
