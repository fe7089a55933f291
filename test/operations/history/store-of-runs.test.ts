import { describe, expect, it } from 'vitest';
import { cli, type Cli } from '../../helpers/cli.ts';
import { addHandlers, fakeProget, type FakeProget } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, journals } from '../../commands/helpers.ts';

const NAME = '--name=Developers';

/** Two sources, and a run on each: the one on "test" is the latest. */
async function twoRuns(): Promise<{ user: Cli; prod: FakeProget; test: FakeProget }> {
  const [prod, test] = [fakeProget([]), fakeProget([])];
  const user = cli();
  for (const [name, state] of [
    ['prod', prod],
    ['test', test],
  ] as const) {
    const { url } = await serve(...addHandlers(state));
    await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, '--api-key=abc12345']);
    await user.run([...ADD, NAME, '--member=jsmith', `--source=${name}`]);
  }
  return { user, prod, test };
}

describe('latest with --source', () => {
  it('is the latest run on that source: undo', async () => {
    const { user, prod, test } = await twoRuns();
    const undone = await user.run(['undo', 'latest', '--source=prod', '--yes']);
    expect(undone.code).toBe(0);
    expect([prod.groups[0]?.users, test.groups[0]?.users]).toEqual([[], ['jsmith']]);
    const [first, , third] = journals(user).map(([header]) => header);
    expect(third?.['undoes']).toBe(first?.['run']);
  });

  it('is the latest run on that source: resume and history show', async () => {
    const { user } = await twoRuns();
    const [first, second] = journals(user).map(([header]) => String(header?.['run']));
    for (const [source, run] of [
      ['prod', first],
      ['TEST', second],
    ]) {
      const from = `--source=${source ?? ''}`;
      const resumed = await user.run(['resume', 'latest', from]);
      expect(resumed.stdout).toBe(`Run ${run ?? ''} is complete. Nothing to resume.\n`);
      expect(await user.json(['history', 'show', 'latest', from, '--json'])).toMatchObject({ run });
    }
  });

  it('finds no run on a source without one', async () => {
    const { user } = await twoRuns();
    for (const verb of [['undo'], ['resume'], ['history', 'show']]) {
      const none = await user.run([...verb, 'latest', '--source=https://other.corp.test']);
      expect(none).toMatchObject({
        code: 4,
        stderr:
          'groupctl: There is no run on the source "https://other.corp.test".\nHint: List the runs with: groupctl history\n',
      });
    }
  });
});
