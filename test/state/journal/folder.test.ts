import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTime, ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { runIds } from '../../../src/state/journal/files.ts';
import { folderTime } from '../../../src/state/journal/folder-note.ts';
import { KEPT_MS, KEPT_RUNS, RunFolder } from '../../../src/state/journal/folder.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { addRun, begin, START } from './run-files.ts';

const DAY = 86_400_000;

/** A folder with empty journals of those moments, oldest first. */
function filled(moments: readonly number[], ending = ''): { state: string; ids: string[] } {
  const state = temporaryFolder();
  mkdirSync(join(state, 'runs'));
  const ids = moments.map((moment) => ulid(moment));
  for (const id of ids) writeFileSync(join(state, 'runs', `${id}.jsonl${ending}`), '');
  return { state, ids };
}

describe('the id of a new run', () => {
  it('is of the moment where that is later than all others', () => {
    const { state } = filled([START, START + 1]);
    expect(decodeTime(new RunFolder(state).newId(START + 2))).toBe(START + 2);
    expect(decodeTime(new RunFolder(temporaryFolder()).newId(START))).toBe(START);
  });

  it('is larger than every other one, though the clock was set back', () => {
    const { state, ids } = filled([START, START + 100 * DAY]);
    const [newest = ''] = ids.slice(-1);
    const made = new RunFolder(state).newId(START + 1);
    expect(made > newest).toBe(true);
    expect(decodeTime(made)).toBe(START + 100 * DAY + 1);
  });

  it('is larger than that of a run that is being begun, and than those of the same moment', () => {
    const { state, ids } = filled([START + 5], '.part');
    expect(new RunFolder(state).newId(START) > (ids[0] ?? '')).toBe(true);
    const busy = temporaryFolder();
    const made = Array.from({ length: 50 }, () => begin(busy, [], {}, START).run);
    expect(made).toEqual([...made].sort());
    expect(new Set(made).size).toBe(50);
  });

  it('does not fail after the last moment that an id can name', () => {
    const state = temporaryFolder();
    mkdirSync(join(state, 'runs'));
    writeFileSync(join(state, 'runs', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ.jsonl'), '');
    expect(decodeTime(new RunFolder(state).newId(START))).toBe(2 ** 48 - 1);
  });
});

describe('the note of the newest run', () => {
  /** A state folder with a run that has begun. */
  const noted = (): { state: string; run: string } => {
    const state = temporaryFolder();
    const { run } = begin(state, [], {}, START);
    return { state, run };
  };
  const noteOf = (state: string): string[] =>
    readFileSync(join(state, 'newest-run'), 'utf8').trim().split(' ');

  it('says the run, and saves listing the folder while nothing else changes it', () => {
    const { state, run } = noted();
    expect(noteOf(state)).toEqual([run, folderTime(join(state, 'runs')), '0']);
    // What is noted is believed, though it is not there.
    const later = '01ZZZZZZZZZZZZZZZZZZZZZZZZ';
    writeFileSync(join(state, 'newest-run'), `${later} ${folderTime(join(state, 'runs'))} 0\n`);
    expect(new RunFolder(state).newest).toBe(later);
  });

  it('is not believed when a file came, went or changed its name without a run', () => {
    const { state, run } = noted();
    const other = ulid(START + DAY);
    writeFileSync(join(state, 'runs', `${other}.jsonl`), '');
    expect(new RunFolder(state).newest).toBe(other);
    unlinkSync(join(state, 'runs', `${other}.jsonl`));
    expect(new RunFolder(state).newest).toBe(run);
  });

  it.each(['', 'x', '01ARZ3', '01ARZ3NDEKTSV4RRFFQ69G5FAV 1'])(
    'is not believed where it is damaged: %j',
    (text) => {
      const { state, run } = noted();
      writeFileSync(join(state, 'newest-run'), text);
      expect(new RunFolder(state).newest).toBe(run);
      expect(begin(state, [], {}, START + 1).run > run).toBe(true);
      expect(noteOf(state)).toHaveLength(3);
    },
  );

  it('names the newest of two runs that begin at once', () => {
    const state = temporaryFolder();
    const [one, other] = [new RunFolder(state), new RunFolder(state)];
    const ids = [ulid(START), ulid(START + 1)];
    for (const id of ids) writeFileSync(join(state, 'runs', `${id}.jsonl`), '');
    other.noteRun(ids[1] ?? '');
    one.noteRun(ids[0] ?? '');
    expect(new RunFolder(state).newest).toBe(ids[1]);
  });

  it('that cannot be written does not matter', () => {
    const state = temporaryFolder();
    mkdirSync(join(state, 'newest-run'));
    const first = begin(state, [], {}, START).run;
    expect(begin(state, [], {}, START).run > first).toBe(true);
  });
});

describe('pruning by itself', () => {
  const old = (count: number): number[] =>
    Array.from({ length: count }, (_, at) => START - 2 * KEPT_MS + at);

  it('keeps 90 days, and the newest 50 however old they are', () => {
    const { state, ids } = filled(old(KEPT_RUNS + 3));
    new RunFolder(state).prune(START);
    expect(runIds(state).reverse()).toEqual(ids.slice(3));
    const young = filled([...old(3), ...Array.from({ length: KEPT_RUNS }, (_, at) => START + at)]);
    new RunFolder(young.state).prune(START + KEPT_MS);
    expect(runIds(young.state).reverse()).toEqual(young.ids.slice(3));
  });

  it('removes what was killed before it was begun after a day, and leaves other files', () => {
    const { state, ids } = filled([START - DAY - 1, START - DAY], '.part');
    writeFileSync(join(state, 'runs', '01.jsonl.part'), '');
    new RunFolder(state).prune(START);
    expect(runIds(state, '.part')).toEqual([ids[1]]);
  });

  it('happens once a day', () => {
    const { state, ids } = filled(old(KEPT_RUNS + 2));
    new RunFolder(state).prune(START);
    writeFileSync(join(state, 'runs', `${ids[0] ?? ''}.jsonl`), '');
    new RunFolder(state).prune(START + DAY - 1);
    expect(runIds(state)).toHaveLength(KEPT_RUNS + 1);
    new RunFolder(state).prune(START + DAY);
    expect(runIds(state)).toHaveLength(KEPT_RUNS);
    // The clock was set back since.
    writeFileSync(join(state, 'runs', `${ids[0] ?? ''}.jsonl`), '');
    new RunFolder(state).prune(START);
    expect(runIds(state)).toHaveLength(KEPT_RUNS);
  });

  it('goes on where a file cannot be removed, and never throws', () => {
    const { state, ids } = filled(old(KEPT_RUNS + 2));
    const folder = new RunFolder(state);
    mkdirSync(join(state, 'runs', `${ulid(START - 3 * KEPT_MS)}.jsonl`));
    new RunFolder(state).prune(START);
    expect(runIds(state).reverse()).toEqual(ids.slice(2));
    folder.prune(START);
  });

  it('is done at the end of a run only where the clock is known to be right', () => {
    const { state } = filled(old(KEPT_RUNS));
    addRun(state, ['a'], START);
    addRun(state, ['b'], START + 1);
    expect(runIds(state)).toHaveLength(KEPT_RUNS + 2);
  });
});
