import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { runIds, runPath } from '../../../src/state/journal/files.ts';
import { listRuns } from '../../../src/state/journal/list.ts';
import { pruneRuns } from '../../../src/state/journal/prune.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { ended, startBin } from '../../helpers/spawn.ts';
import {
  add,
  addRun,
  became,
  begin,
  contentOf,
  HEADER,
  numbered,
  START,
  write,
} from './run-files.ts';

const HOUR = 3_600_000;

describe('the list of runs', () => {
  it('is empty where there is no folder, and says so where it is none', async () => {
    const state = temporaryFolder();
    expect(await listRuns(state)).toEqual([]);
    expect(await listRuns(join(state, 'none'))).toEqual([]);
    writeFileSync(join(state, 'runs'), 'in the way');
    await expect(listRuns(state)).rejects.toThrow(
      `The journal cannot be read: ${join(state, 'runs')}`,
    );
  });

  it('is newest first, at most so many, and opens no others', async () => {
    const state = temporaryFolder();
    const runs = [3, 1, 2].map((n) => addRun(state, ['a'], START + n));
    const newestFirst = [...runs].sort().reverse();
    expect((await listRuns(state)).map(({ run }) => run)).toEqual(newestFirst);
    expect((await listRuns(state, 2)).map(({ run }) => run)).toEqual(newestFirst.slice(0, 2));
  });

  it('says of each what its first and last lines say', async () => {
    const state = temporaryFolder();
    const at = (ms: number): string => new Date(START + ms).toISOString();
    const done = addRun(state, ['a', 'b']);
    const rows = numbered([add('a')]);
    const open = begin(state, rows, { undoes: done }, START + 10);
    open.intent({ call: 'POST x', changes: rows }, START + 10);
    const empty = write(state, '', START + 20);
    const half = write(state, contentOf(state, done).subarray(0, 250), START + 30);
    const [a, b, c, d] = (await listRuns(state)).reverse();
    const facts = { by: '1.2.3', ...HEADER };
    expect(a).toMatchObject({ run: done, at: at(0), state: 'finished', ...facts });
    expect(a?.end).toMatchObject({ at: at(2), exit: 0, summary: { added: 2, failed: 0 } });
    expect(b).toEqual({
      run: open.run,
      at: at(10),
      ...facts,
      undoes: done,
      state: 'unfinished',
    });
    const problem = (run: string): string => `Line 1 of the journal of run ${run} is damaged.`;
    expect(c).toEqual({ run: empty, at: at(20), state: 'damaged', problem: problem(empty) });
    // Half a plan still says whose it was.
    expect(d).toMatchObject({ run: half, ...facts, state: 'damaged', problem: problem(half) });
  });

  it('has what cannot be read, and says why', async () => {
    const state = temporaryFolder();
    const newer = write(state, '{"t":"run","v":3,"rows":[]}\n', START);
    const other = write(state, 'hello\nworld\n', START + 1);
    const lines = contentOf(state, addRun(state, ['a', 'b'], START + 2))
      .toString()
      .split('\n');
    const torn = write(state, [lines[0], lines[1], '?', ...lines.slice(2)].join('\n'), START + 3);
    const found = (await listRuns(state))
      .reverse()
      .map(({ run, state: word, problem, command }) => [run, word, problem, command]);
    const why = `The journal of run ${newer} was written by a newer groupctl (format 3; this one reads 2).`;
    expect(found).toEqual([
      [newer, 'unreadable', why, undefined],
      [other, 'damaged', `Line 1 of the journal of run ${other} is damaged.`, undefined],
      [expect.anything(), 'finished', undefined, HEADER.command],
      [torn, 'damaged', `Line 3 of the journal of run ${torn} is damaged.`, HEADER.command],
    ]);
  });

  it('leaves out what is no file of ours', async () => {
    const state = temporaryFolder();
    const run = addRun(state, ['a']);
    const folder = join(state, 'runs');
    mkdirSync(join(folder, `${ulid(START)}.jsonl`));
    for (const name of ['x.jsonl', `${run}.jsonl~`, '.DS_Store']) {
      writeFileSync(join(folder, name), '?');
    }
    expect((await listRuns(state)).map((each) => each.run)).toEqual([run]);
  });

  it('reads both ends of a long file, whatever its middle is', async () => {
    const state = temporaryFolder();
    const names = Array.from({ length: 20_000 }, (_, at) => `user-${at}`);
    const rows = numbered(names.map((name) => add(name)));
    const journal = begin(state, rows);
    journal.intent({ call: 'POST x', changes: rows, before: names }, START);
    for (const row of rows) journal.outcomes([became(row, 'added', { member: 'x' })], START);
    journal.end({ exit: 0 }, START);
    const whole = contentOf(state, journal.run);
    const lineEnds = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at] : []));
    rmSync(join(state, 'runs'), { recursive: true });
    const [header = 0, intent = 0] = lineEnds;
    const cut = async (length: number): Promise<unknown> => {
      const run = write(state, whole.subarray(0, length));
      const [summary] = await listRuns(state);
      rmSync(runPath(state, run));
      return [summary?.command, summary?.state, summary?.end?.exit];
    };
    const { command } = HEADER;
    expect(await cut(whole.length)).toEqual([command, 'finished', 0]);
    expect(await cut(whole.length - 1)).toEqual([command, 'unfinished', undefined]);
    expect(await cut(header)).toEqual([command, 'damaged', undefined]);
    expect(await cut(header + 1)).toEqual([command, 'unfinished', undefined]);
    // The last whole line is longer than what is read of the end.
    expect(await cut(intent + 1)).toEqual([command, 'unfinished', undefined]);
    whole.write('?', (lineEnds.at(-2) ?? 0) + 1);
    const run = write(state, whole);
    expect((await listRuns(state))[0]).toMatchObject({
      state: 'damaged',
      problem: `Line 20003 of the journal of run ${run} is damaged.`,
    });
  });

  it('finds what stands before the rows, however long and whatever is in it', async () => {
    const state = temporaryFolder();
    const protect = Array.from({ length: 10_000 }, (_, at) => `,"rows":[${at}`);
    const journal = begin(state, [add('a')], { guards: { protect, rows: [], after: 1 } });
    journal.end({ exit: 0 }, START);
    expect(await listRuns(state)).toMatchObject([{ ...HEADER, state: 'finished' }]);
  });

  it('lists 1,000 runs, those that are being written now among them', async () => {
    const state = temporaryFolder();
    for (let n = 0; n < 1000; n++) {
      const journal = begin(state, [add('a')], {}, START + n);
      if (n % 2 === 0) journal.end({ exit: 0 }, START + n);
    }
    const runs = await listRuns(state);
    expect(runs.length).toBe(1000);
    expect(runs.filter((run) => run.state === 'finished').length).toBe(500);
  });

  it('has both of two runs that write at once', async () => {
    const { state, config } = cli();
    const env = { GROUPCTL_STATE_DIR: state, GROUPCTL_CONFIG_DIR: config };
    const argv = (name: string): string[] => [
      ...['security', 'groups', 'members', 'add', '--source=sandbox', '--no-user-check'],
      ...[`--name=${name}`, '--member=x1', '--member=x2'],
    ];
    const children = ['QA', 'Developers'].map((name) => startBin(argv(name), env));
    const results = await Promise.all(children.map((child) => ended(child)));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    const runs = await listRuns(state);
    expect(runs.map(({ group }) => group?.name).sort()).toEqual(['Developers', 'QA']);
    for (const { end } of runs) expect(end).toMatchObject({ exit: 0, summary: { added: 2 } });
  });
});

describe('pruning', () => {
  it('removes what began before, and nothing that is not a run', async () => {
    const state = temporaryFolder();
    const runs = [0, 1, 2].map((n) => addRun(state, ['a'], START + n * HOUR));
    const others = ['notes.txt', `${runs[0]}.jsonl.bak`];
    for (const name of others) writeFileSync(join(state, 'runs', name), 'keep');
    const now = START + 3 * HOUR;
    const plan = { pruned: runs.slice(0, 2), underWay: [], kept: 1 };
    expect(await pruneRuns(state, 2 * HOUR - 1, now, { dryRun: true })).toEqual(plan);
    expect(runIds(state).length).toBe(3);
    expect(await pruneRuns(state, 2 * HOUR - 1, now)).toEqual(plan);
    expect(readdirSync(join(state, 'runs')).sort()).toEqual([`${runs[2]}.jsonl`, ...others].sort());
    expect(await pruneRuns(state, 2 * HOUR - 1, now)).toEqual({
      pruned: [],
      underWay: [],
      kept: 1,
    });
  });

  it('keeps the undo of a run that it keeps because the clock was ahead', async () => {
    const state = temporaryFolder();
    const now = Date.now();
    const ahead = begin(state, [add('a')], {}, now + 30 * 24 * HOUR);
    ahead.end({ exit: 0 }, now);
    const undo = begin(state, [add('a')], { undoes: ahead.run }, now - 3 * HOUR);
    undo.end({ exit: 0 }, now);
    const other = begin(state, [add('b')], {}, now - 2 * HOUR);
    other.end({ exit: 0 }, now);
    expect((await pruneRuns(state, HOUR, now)).pruned).toEqual([other.run]);
    expect(runIds(state)).toEqual([undo.run, ahead.run]);
  });

  it('keeps the runs that resumed or undid one that it keeps', async () => {
    const state = temporaryFolder();
    const now = Date.now();
    const killed = begin(state, [add('a')], {}, now - 5 * HOUR);
    const [other] = [addRun(state, ['b'], now - 4 * HOUR)];
    const resumed = begin(state, [add('a')], { resumes: killed.run }, now - 3 * HOUR);
    resumed.end({ exit: 0 }, now - 3 * HOUR);
    const undone = begin(state, [add('a')], { undoes: resumed.run }, now - 2 * HOUR);
    undone.end({ exit: 0 }, now - 2 * HOUR);
    expect(await pruneRuns(state, 0, now)).toEqual({
      pruned: [other],
      underWay: [killed.run],
      kept: 3,
    });
    expect(runIds(state)).toEqual([undone.run, resumed.run, killed.run]);
  });

  it('keeps what has no end and was written to just now', async () => {
    const state = temporaryFolder();
    const now = Date.now();
    const rows = numbered([add('a')]);
    const running = begin(state, rows, {}, now - 2 * HOUR);
    const killed = begin(state, [add('a')], {}, now - 3 * HOUR);
    const damaged = write(state, '?\n', now - 4 * HOUR);
    const empty = write(state, '', now - 5 * HOUR);
    const then = (now - 2 * HOUR) / 1000;
    utimesSync(runPath(state, killed.run), then, then);
    utimesSync(runPath(state, empty), then, then);
    running.outcomes([became(rows[0]!, 'added')], now);
    expect(await pruneRuns(state, HOUR, now)).toEqual({
      pruned: [empty, damaged, killed.run],
      underWay: [running.run],
      kept: 1,
    });
  });
});
