import { describe, expect, it } from 'vitest';
import { neededRuns } from '../../../src/state/journal/needed-runs.ts';
import type { RunSummary } from '../../../src/state/journal/record.ts';

const list = async (): Promise<RunSummary[]> =>
  [{ run: '3', undoes: '2' }, { run: '2', resumes: '1' }, { run: '1' }] as unknown as RunSummary[];

describe('neededRuns', () => {
  const ids = ['3', '2', '1'];

  it('are the runs under way, and those that resumed or undid them', async () => {
    const runs = { ids, old: ids, underWay: ['1'] };
    expect([...(await neededRuns(runs, list))].sort()).toEqual(['1', '2', '3']);
  });

  it('are those that undid a run which stays as the clock was ahead when it was made', async () => {
    const needed = await neededRuns({ ids, old: ['1', '3'], underWay: [] }, list);
    expect(needed.has('3')).toBe(true);
    expect(needed.has('1')).toBe(false);
  });

  it('are none where nothing stays that is older: no run is read then', async () => {
    const never = (): never => {
      throw new Error('read');
    };
    expect(await neededRuns({ ids, old: ['1', '2'], underWay: [] }, never)).toEqual(new Set());
  });
});
