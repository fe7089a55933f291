import { describe, expect, it } from 'vitest';
import { changeOneByOne } from '../../../src/backends/per-member/change-one-by-one.ts';
import { waitForAll, waitForOpposites } from '../../../src/backends/per-member/late-writes.ts';
import { LookupCache } from '../../../src/backends/per-member/lookup-cache.ts';
import type { ChangeOptions } from '../../../src/backends/change-port.ts';
import { memberWrite } from '../../../src/backends/shared/in-flight.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import { interruptedError } from '../../../src/errors.ts';
import type { HeldLock } from '../../../src/state/lock/held-lock.ts';
import type { MarkedWrite } from '../../../src/state/lock/in-flight.ts';
import { UNCONTESTED_LOCK } from '../../helpers/lock.ts';
import { addOf, isThere, removalOf, Stage } from './stage.ts';

const ANN = addOf('ann');

/** A lock that is asked about writes that are still in flight. */
function lockWith(...inFlight: MarkedWrite[]): HeldLock & { readonly landed: unknown[] } {
  const landed: unknown[] = [];
  return {
    ...UNCONTESTED_LOCK,
    landed,
    async awaitWrites(isRelevant, hasLanded) {
      const mine = inFlight.filter(isRelevant);
      for (const write of mine) landed.push(await hasLanded(write));
      return mine.length > 0;
    },
  };
}

interface Setting {
  readonly options?: Partial<ChangeOptions>;
  readonly lock?: HeldLock | undefined;
  readonly lookups?: LookupCache;
}

async function change(
  stage: Stage,
  changes: readonly MemberChange[],
  { options = {}, lock = UNCONTESTED_LOCK, lookups = new LookupCache() }: Setting = {},
  isDry = false,
): Promise<string[]> {
  const { clock, refusals, store } = stage;
  const kind = { clock, refusals, concurrency: 2, lookups, storeOf: () => store };
  const group = {
    ...{ id: 'g1', name: 'QA', lock: isDry ? undefined : lock },
    members: () => Promise.resolve(['all', 'of', 'them']),
    beforeWrite: () => void stage.log.push('before write'),
  };
  const rows: string[] = [];
  for await (const some of changeOneByOne(kind, group, changes, stage.options(options)))
    for (const { member, outcome } of some) rows.push(`${member} ${outcome}`);
  return rows;
}

describe('the changes of one group', () => {
  it('are read, guarded with those of them who are members, sent and read back', async () => {
    const stage = new Stage();
    const cy = removalOf('cy');
    stage.reads.push(
      { ann: isThere('ann', false), bob: isThere('bob', true), cy: isThere('cy', true) },
      { ann: isThere('ann', true) },
      { cy: isThere('cy', false) },
    );
    const bases: unknown[] = [];
    const steps: boolean[] = [];
    const rows = await change(stage, [ANN, addOf('bob'), cy], {
      options: {
        verifyBase: (...args) => bases.push(args),
        onStep: (isSent) => steps.push(isSent),
      },
    });
    expect(rows).toEqual(['bob already-member', 'ann added', 'cy removed']);
    expect(bases).toEqual([[['bob', 'cy'], 'nothing']]);
    expect(steps).toEqual([false, true, true]);
    expect(stage.log.slice(0, 2)).toEqual(['read ann bob cy', 'before write']);
  });

  it('are guarded with every member where the guard needs them', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', true) });
    const bases: unknown[] = [];
    const options = { needsAllMembers: true, verifyBase: (base: unknown) => bases.push(base) };
    await change(stage, [removalOf('ann')], { options });
    expect(bases).toEqual([['all', 'of', 'them']]);
  });

  it('send nothing where all is in effect, nor in a dry run', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', true) });
    expect(await change(stage, [ANN])).toEqual(['ann already-member']);
    expect(stage.log).toEqual(['read ann']);
    expect(await change(stage, [removalOf('ann')], {}, true)).toEqual(['ann planned']);
    expect(stage.log).not.toContain('DELETE ann');
  });

  it('are not begun after an interrupt', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', false) });
    stage.abort.abort(interruptedError());
    await expect(change(stage, [ANN])).rejects.toMatchObject({ kind: 'interrupted' });
    expect(stage.log).toEqual(['read ann', 'before write']);
  });

  it('are not begun where the guard objects, and nothing is remembered', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', true) });
    const lookups = new LookupCache();
    const objection = new Error('no');
    const options = {
      verifyBase: () => {
        throw objection;
      },
    };
    await expect(change(stage, [removalOf('ann')], { options, lookups })).rejects.toBe(objection);
    expect(lookups.find('g1', 'user', 'ann')).toBeUndefined();
  });

  it('are sent under the spelling of the server, but names of a record as they are', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('Ann', false), Ann: isThere('Ann', true) });
    expect(await change(stage, [ANN])).toEqual(['Ann added']);
    stage.log.length = 0;
    stage.reads.splice(0, 1, { ann: { kind: 'none' } });
    stage.reads.unshift({ ann: isThere('Ann', false) });
    await change(stage, [ANN], { options: { exactNames: true } });
    expect(stage.log).toContain('POST ann');
    expect(stage.log).not.toContain('POST Ann');
  });

  it('are read again after a wait for a call that may undo them', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', true) });
    const lookups = new LookupCache();
    lookups.put('g1', 'user', new Map([['ann', isThere('ann', false)]]));
    const lock = lockWith(memberWrite(removalOf('ann')));
    expect(await change(stage, [ANN], { lock, lookups })).toEqual(['ann already-member']);
    expect(stage.log).toEqual(['read ann']);
  });

  it('are checked against all members after a wait for somebody whom none of them names', async () => {
    const stage = new Stage();
    stage.reads.push({ ann: isThere('ann', true) });
    const bases: (readonly string[])[] = [];
    const options = {
      needsAllMembers: true,
      verifyBase: (base: readonly string[]) => void bases.push(base),
    };
    const lock = lockWith(memberWrite(addOf('bob')));
    expect(await change(stage, [ANN], { options, lock })).toEqual(['ann already-member']);
    expect(bases).toHaveLength(1);
  });

  it('are not read where they have just been read', async () => {
    const stage = new Stage();
    const lookups = new LookupCache();
    lookups.put('g1', 'user', new Map([['ann', isThere('ann', true)]]));
    expect(await change(stage, [ANN], { lookups })).toEqual(['ann already-member']);
    expect(stage.log).toEqual([]);
  });
});

describe('a wait for calls that may still take effect', () => {
  it('is for the opposite change of the same member only, and ends by time alone', async () => {
    const lock = lockWith(memberWrite(removalOf('ann')), memberWrite(removalOf('bob')));
    expect(await waitForOpposites(lock, [ANN], false)).toBe(true);
    expect(lock.landed).toEqual([false]);
    expect(await waitForOpposites(lockWith(memberWrite(ANN)), [ANN], false)).toBe(false);
    expect(await waitForOpposites(lockWith(memberWrite(ANN)), [removalOf('ann')], false)).toBe(
      true,
    );
    const identity = addOf('ann', { type: 'identity' });
    expect(await waitForOpposites(lockWith(memberWrite(removalOf('ann'))), [identity], false)).toBe(
      false,
    );
    expect(await waitForOpposites(undefined, [ANN], false)).toBe(false);
  });

  it('is for any other addition, too, where the changes name the whole group', async () => {
    const others = lockWith(memberWrite(ANN), memberWrite(addOf('bob')));
    expect(await waitForOpposites(others, [ANN], true)).toBe(true);
    expect(others.landed).toEqual([false]);
    const removal = lockWith(memberWrite(removalOf('bob')));
    expect(await waitForOpposites(removal, [ANN], true)).toBe(false);
  });

  it('is for all of them before the group is deleted', async () => {
    const lock = lockWith(memberWrite(ANN), memberWrite(removalOf('bob')));
    await waitForAll(lock);
    expect(lock.landed).toEqual([false, false]);
  });
});

describe('what was read a moment ago', () => {
  it('is found by the typed name and by the spelling of the server, for each type and group', () => {
    const lookups = new LookupCache();
    lookups.put('g1', 'user', new Map([['ann', isThere('Ann', true)]]));
    lookups.put('g1', 'user', new Map([['bob', { kind: 'none' } as const]]));
    expect(lookups.find('g1', 'user', 'ann')).toEqual(isThere('Ann', true));
    expect(lookups.find('g1', 'user', 'Ann')).toEqual(isThere('Ann', true));
    expect(lookups.find('g1', 'user', 'bob')).toEqual({ kind: 'none' });
    expect(lookups.find('g1', 'identity', 'ann')).toBeUndefined();
    expect(lookups.find('g2', 'user', 'ann')).toBeUndefined();
    lookups.clear();
    expect(lookups.find('g1', 'user', 'ann')).toBeUndefined();
  });

  it('is read once for each type, patiently', async () => {
    const asked: unknown[] = [];
    const stage = new Stage();
    const storeOf = (type: string) => ({
      ...stage.store,
      lookUp: (group: string, names: readonly string[], options: unknown) => {
        asked.push([type, group, names, options]);
        return Promise.resolve(new Map(names.map((name) => [name, isThere(name, true)])));
      },
    });
    const lookups = new LookupCache();
    const changes = [ANN, addOf('bob'), addOf('x', { type: 'identity' })];
    await lookups.load('g1', changes, storeOf);
    await lookups.load('g1', [...changes, addOf('cy')], storeOf);
    expect(asked).toEqual([
      ['user', 'g1', ['ann', 'bob'], { patient: true }],
      ['identity', 'g1', ['x'], { patient: true }],
      ['user', 'g1', ['cy'], { patient: true }],
    ]);
  });
});
