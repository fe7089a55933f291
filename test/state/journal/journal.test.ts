import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../../src/version.ts';
import { cli } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  type FakeGroup,
  listGroups,
  listUsers,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { summary } from '../../helpers/summary.ts';
import { lines, runs } from './journal-files.ts';

const ADD = ['security', 'groups', 'members', 'add', '--name=Developers'];

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('the journal of a run', () => {
  it('says everything the run means to do before the first write, and what became of it after', async () => {
    const user = cli();
    const state = fakeProget(['djones', 'mbrown']);
    let seen: Record<string, unknown>[] = [];
    const server = await serve(
      listUsers(state),
      listGroups(state),
      http.post('*/groups/update', async ({ request }) => {
        seen = lines(runs(user)[0]);
        state.groups[0] = (await request.json()) as FakeGroup;
        return new HttpResponse();
      }),
    );
    const argv = [
      ...ADD,
      `--source=${server.url}`,
      '--api-key=hunter22-key',
      '--member=john smith',
    ];
    const result = (await user.json([...argv, '--member=DJones', '--member=jsmith'])) as {
      run: string;
    };

    const rows = {
      op: 'add',
      type: 'user',
      members: ['John Smith', 'djones', 'jsmith'],
      requested: ['john smith', 'DJones', 'jsmith'],
    };
    const header = {
      t: 'run',
      v: 2,
      run: result.run,
      at: AT,
      by: VERSION,
      source: server.url,
      kind: 'proget',
      url: server.url,
      group: { name: 'Developers' },
      command: 'security groups members add',
      rows: [rows],
    };
    const intent = {
      t: 'intent',
      at: AT,
      call: 'POST groups/update',
      rows: [0, 2].map((at) => [at, at]),
      before: ['djones', 'mbrown'],
    };
    expect(seen.slice(0, 1)).toEqual([header]);
    expect(seen.at(-1)).toEqual(intent);
    const [path, ...others] = runs(user);
    expect(others).toEqual([]);
    expect(path).toBe(join(user.state, 'runs', `${result.run}.jsonl`));
    const all = lines(path);
    expect(all.slice(0, seen.length)).toEqual(seen);
    const became = { at: AT, verified: true };
    expect(all.filter(({ t }) => t === 'outcome')).toEqual([
      { t: 'outcome', ...became, rows: [[1, 1]], outcome: 'already-member' },
      { t: 'outcome', ...became, rows: intent.rows, outcome: 'added' },
    ]);
    expect(all.at(-1)).toEqual({
      t: 'end',
      at: AT,
      exit: 0,
      summary: summary({ added: 2, alreadyMember: 1 }),
    });
  });

  it.runIf(process.platform !== 'win32')('is readable by its owner alone', async () => {
    const user = cli();
    await user.json([...ADD, '--source=sandbox', '--member=jsmith']);
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect(mode(user.state)).toBe('700');
    expect(mode(join(user.state, 'runs'))).toBe('700');
    expect(mode(join(user.state, 'locks'))).toBe('700');
    expect(mode(runs(user)[0] ?? '')).toBe('600');
  });

  it('holds no key and no arguments, even where the server echoes the key', async () => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(
      listUsers(state),
      listGroups(state),
      http.post('*/groups/update', ({ request }) =>
        HttpResponse.text(`bad key ${request.headers.get('x-apikey') ?? ''}`, { status: 400 }),
      ),
    );
    const result = await user.run([
      ...ADD,
      '--member=jsmith',
      `--source=${server.url}`,
      '--api-key=hunter22-key',
      '--timeout=7.75',
    ]);
    expect(result.code).toBe(5);
    const text = readFileSync(runs(user)[0] ?? '', 'utf8');
    expect(text).toContain('bad key ***');
    expect(text + result.stderr + result.stdout).not.toContain('hunter22');
    expect(text).not.toContain('--');
    expect(text).not.toContain('7.75');
    expect(lines(runs(user)[0]).at(-1)).toMatchObject({ t: 'end', exit: 5 });
  });

  it('is ended with the code of a run that fails', async () => {
    const user = cli();
    const state = fakeProget();
    let reads = 0;
    const server = await serve(
      listUsers(state),
      http.get('*/groups/list', () =>
        ++reads === 1 ? HttpResponse.json(state.groups) : new HttpResponse(null, { status: 403 }),
      ),
      http.post('*/groups/update', () => new HttpResponse()),
    );
    const { code } = await user.run([...ADD, '--member=jsmith', `--source=${server.url}`]);
    expect(code).toBe(8);
    const all = lines(runs(user)[0]);
    expect(all.map(({ t }) => t)).toEqual(['run', 'intent', 'answer', 'outcome', 'end']);
    expect(all[3]).toMatchObject({ rows: [[0, 0]], outcome: 'unknown', verified: false });
    expect(all[4]).toMatchObject({ exit: 8, summary: { unknown: 1 } });
  });

  it('of a deleted group names who was in it', async () => {
    const user = cli();
    await user.json(['security', 'groups', 'delete', '--name=QA', '--source=sandbox']);
    const all = lines(runs(user)[0]);
    expect(all.map(({ t }) => t)).toEqual(['run', 'intent', 'answer', 'end']);
    expect(all[0]).toMatchObject({
      command: 'security groups delete',
      group: { name: 'QA' },
      source: 'sandbox',
    });
    expect(all[1]).toMatchObject({ call: 'DELETE groups/delete', before: ['Zoë Müller', 'lchen'] });
  });

  it('has the outcome of a row that was so already', async () => {
    const user = cli();
    const state = fakeProget(['djones']);
    const server = await serve(...addHandlers(state));
    await user.json([...ADD, `--source=${server.url}`, '--member=djones', '--member=jsmith']);
    const outcomes = lines(runs(user)[0]).filter(({ t }) => t === 'outcome');
    expect(outcomes.map(({ rows, outcome }) => [rows, outcome])).toEqual([
      [[[0, 0]], 'already-member'],
      [[[1, 1]], 'added'],
    ]);
  });
});
