import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { fakeProget, inTurn, listGroups, listUsers, status } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, MEMBERS } from '../../commands/helpers.ts';

const SYNC = [...MEMBERS, 'sync', '--yes'];

function file(text: string, name = 'team.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** A group of a, b, c, d, and a server that fails whatever is about b and x. */
async function stage() {
  const fake = new FakeInfisical();
  for (const username of ['a', 'b', 'c', 'd', 'x', 'y']) fake.addUsers(1, () => ({ username }));
  fake.addGroup('QA', ['a', 'b', 'c', 'd']);
  fake.intercept = (method, path) =>
    method !== 'GET' && /\/users\/[bx]$/.test(path)
      ? { status: 500, body: { message: 'Broken' } }
      : undefined;
  const { url } = await serve(fake.handler());
  const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`, '--name=QA'];
  const user = cli();
  const run = (...argv: string[]) => user.run([...argv, ...source]);
  const runId = (): string => String(journals(user).at(-1)?.[0]?.['run']);
  const failures = join(temporaryFolder(), 'failed');
  return { fake, run, runId, failures, argv: [`--failures=${failures}`, '--allow-self'] };
}

describe('the failures of a sync', () => {
  it('are the rows that were not added; of removals it says how many, and how to go on', async () => {
    const { fake, run, runId, failures, argv } = await stage();
    const team = file('User,Team\na,QA\nx,QA\nc,QA\nd,QA\ny,QA\n');
    const result = await run(...SYNC, ...argv, `--file=${team}`);
    expect(result.code).toBe(7);
    expect(fake.membersOf('QA')).toEqual(['a', 'b', 'c', 'd', 'y']);
    expect(readFileSync(failures, 'utf8')).toMatch(/^User,Team,Outcome,Error\nx,QA,failed,.*\n$/);
    expect(result.stderr.split('\n')[0]).toBe(
      `1 removal is not done. ${failures} holds additions only. Run the same sync again, or groupctl resume ${runId()}.`,
    );
    // It adds those, and takes nobody out.
    fake.intercept = undefined;
    expect(await run(...ADD, `--file=${failures}`)).toMatchObject({ code: 0 });
    expect(fake.membersOf('QA')).toEqual(['a', 'b', 'c', 'd', 'y', 'x']);
  });

  it('are none where only a removal failed', async () => {
    const { run, failures, argv } = await stage();
    const result = await run(...SYNC, ...argv, `--file=${file('a\nc\nd\n')}`, '--no-journal');
    expect(result.code).toBe(7);
    expect(existsSync(failures)).toBe(false);
    expect(result.stderr.split('\n')[0]).toBe(
      `1 removal is not done. ${failures} is not written: it would hold additions only. Run the same sync again.`,
    );
  });

  it('do not send to resume what was refused for good', async () => {
    const server = await serve(
      listUsers(fakeProget(['djones', 'akhan', 'mbrown'])),
      listGroups(fakeProget(['djones', 'akhan', 'mbrown'])),
      inTurn('post', 'groups/update', status(400, 'Invalid users')),
    );
    const failures = join(temporaryFolder(), 'failed.txt');
    const result = await cli().run([
      ...[...SYNC, '--name=Developers', ...at(server), '--allow-self'],
      ...[`--file=${file('djones\njsmith\n')}`, `--failures=${failures}`],
      '--max-removal-percent=100',
    ]);
    expect(result.code).toBe(7);
    expect(result.stderr.split('\n')[0]).toBe(
      `2 removals are not done. ${failures} holds additions only. Run the same sync again.`,
    );
    expect(readFileSync(failures, 'utf8')).toMatch(
      /^# format: list; rows that were not done\n# refused: .*\njsmith\n$/,
    );
  });

  it('say nothing of removals where nobody asked for a file, or in a dry run', async () => {
    const { run, argv } = await stage();
    const team = `--file=${file('a\nc\nd\n')}`;
    expect((await run(...SYNC, team, '--allow-self')).stderr).not.toContain('additions only');
    expect((await run(...SYNC, ...argv, team, '--dry-run')).stderr).toBe('');
  });
});

it.each([
  ['a list', '# format: list; rows that were not done\n# failed: no\nx\n'],
  ['a CSV file', 'User,Outcome,Error\nx,no-such-user,"There is no user named ""x""."\n'],
  ['JSON', '[{"member":"x","outcome":"refused","error":"no"}]'],
  ['a long one', `User,Outcome,Error\n${'x,failed,no\n'.repeat(9000)}`],
])('sync refuses what --failures wrote: %s', async (_, text) => {
  const server = await serve();
  const path = file(text);
  const result = await cli().run([...SYNC, '--name=QA', ...at(server), `--file=${path}`]);
  expect(result).toEqual({
    code: 2,
    stdout: '',
    stderr: `groupctl: ${path} holds the rows that a run did not do, and not a whole group. To add who is in it, use "members add --file". Nothing was written.\n`,
  });
  expect(server.calls()).toEqual([]);
});

it('sync --help says what the file is good for', async () => {
  const { stdout } = await cli().run([...MEMBERS, 'sync', '--help']);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    '--failures <path> write the rows that were not added to this file',
  );
});
