import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { runIds } from '../../../src/state/journal/files.ts';
import { KEPT_RUNS } from '../../../src/state/journal/folder.ts';
import { cli, type Cli, type CliOptions } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  type FakeProget,
  listUsers,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { addRun } from './run-files.ts';

const DAY = 86_400_000;
const ADD = ['security', 'groups', 'members', 'add', '--name=Developers', '--member=jsmith'];
const ahead = (ms: number): CliOptions => ({ clock: { now: () => Date.now() + ms } });

/** More journals than are kept in any case, the first of them older than journals are kept. */
function fill({ state }: Cli): string[] {
  mkdirSync(join(state, 'runs'), { recursive: true });
  const from = Date.now() - 91 * DAY;
  const ids = Array.from({ length: KEPT_RUNS + 5 }, (_, at) => ulid(from + at));
  for (const id of ids) writeFileSync(join(state, 'runs', `${id}.jsonl`), '');
  return ids;
}

/** A ProGet whose clock shows that date in its answers. */
const dated = (state: FakeProget, date: string): Parameters<typeof serve> => [
  listUsers(state),
  http.get('*/api/security/groups/list', () =>
    HttpResponse.json(state.groups, { headers: { date } }),
  ),
  updateGroup(state),
];

describe('old journals are removed at the end of a run', () => {
  it('where the clock of the server agrees', async () => {
    const user = cli();
    const ids = fill(user);
    const server = await serve(...addHandlers(fakeProget()));
    expect((await user.run([...ADD, `--source=${server.url}`])).code).toBe(0);
    expect(runIds(user.state).reverse().slice(0, -1)).toEqual(ids.slice(5));
  });

  it.each<[string, CliOptions, string | undefined]>([
    ['this clock is 100 days ahead', ahead(100 * DAY), undefined],
    ['this clock is two days behind', ahead(-2 * DAY), undefined],
    ['one answer is of another day', {}, new Date(Date.now() + 2 * DAY).toUTCString()],
  ])('but not where %s', async (_, options, date) => {
    const user = cli();
    fill(user);
    const state = fakeProget();
    const server = await serve(...(date === undefined ? addHandlers(state) : dated(state, date)));
    expect((await user.run([...ADD, `--source=${server.url}`], options)).code).toBe(0);
    expect(runIds(user.state)).toHaveLength(KEPT_RUNS + 6);
  });

  it('but not by the sandbox, which goes by the same clock', async () => {
    const user = cli();
    fill(user);
    expect((await user.run([...ADD, '--source=sandbox'], ahead(100 * DAY))).code).toBe(0);
    expect(runIds(user.state)).toHaveLength(KEPT_RUNS + 6);
  });
});

describe('after a run with the clock ahead', () => {
  const WARNING =
    /^Warning: the newest run, (\S+), is dated \S+Z, in the future\. The clock of this machine is wrong now, or was wrong then\.$/;

  it('the next run is the newest, has its own time, and says so once', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()));
    const at = `--source=${server.url}`;
    const early = (await user.json([...ADD, at], ahead(100 * DAY))) as { run: string };
    const history = await user.run(['history']);
    expect(WARNING.exec(history.stderr.trim())?.[1]).toBe(early.run);
    for (const command of [
      ['history', 'show', 'latest'],
      ['undo', 'latest', '--dry-run'],
    ])
      expect((await user.run(command)).stderr).toContain(early.run);
    const member = [...ADD.slice(0, -1), '--member=John Smith', at];
    const { code, stderr } = await user.run(member);
    expect({ code, warned: WARNING.test(stderr.trim()) }).toEqual({ code: 0, warned: true });
    const [newest, second] = (await user.json(['history'])) as { run: string; at: string }[];
    expect(second?.run).toBe(early.run);
    expect(Math.abs(Date.parse(newest?.at ?? '') - Date.now())).toBeLessThan(DAY);
    const shown = (await user.json(['history', 'show', 'latest'])) as { run: string };
    expect(shown.run).toBe(newest?.run);
    expect((await user.run(['history'])).stderr).toBe('');
  });

  it('what was run since is pruned by the time in its record', async () => {
    const user = cli();
    const early = addRun(user.state, ['a'], Date.now() + 100 * DAY);
    const since = addRun(user.state, ['b'], Date.now() - 40 * DAY);
    expect(await user.json(['history', 'prune', '--older-than=30d'])).toMatchObject({
      pruned: [since],
      kept: 1,
    });
    expect(runIds(user.state)).toEqual([early]);
  });
});
