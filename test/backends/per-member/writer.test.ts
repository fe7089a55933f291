import { describe, expect, it } from 'vitest';
import { Writer } from '../../../src/backends/per-member/writer.ts';
import type { ChangeOptions } from '../../../src/backends/change-port.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import type { MemberOutcome } from '../../../src/domain/outcome.ts';
import { interruptedError } from '../../../src/errors.ts';
import { addOf, failure, isThere, REFUSED, removalOf, Stage } from './stage.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `m${at}`);
/** A lane for each of so many, with an addition. */
const adds = (count: number): MemberChange[][] => names(count).map((name) => [addOf(name)]);
const all = (members: readonly string[], isMember: boolean) =>
  Object.fromEntries(members.map((name) => [name, isThere(name, isMember)]));

interface Setting {
  readonly options?: Partial<ChangeOptions>;
  readonly concurrency?: number;
  readonly held?: () => boolean;
  readonly user?: { readonly id: string };
}

/** The rows of lanes with one change each, or with those that are given. */
async function write(
  stage: Stage,
  lanes: readonly (readonly MemberChange[])[],
  { options = {}, concurrency = 1, held = () => true, user }: Setting = {},
): Promise<MemberOutcome[]> {
  const { clock, refusals } = stage;
  const context = {
    ...{ groupId: 'g1', groupName: 'QA', clock, refusals, concurrency },
    options: stage.options(options),
    lock: { isHeld: held, mark: () => stage.mark() },
  };
  const todo = lanes.map((lane) => lane.map((change) => ({ change, store: stage.store, user })));
  const rows: MemberOutcome[] = [];
  for await (const some of new Writer(context, todo.flat().length).write(todo)) rows.push(...some);
  return rows;
}

const short = (rows: readonly MemberOutcome[]): string[] =>
  rows.map(({ member, outcome, verified, error }) =>
    [member, outcome, verified ? 'verified' : '', error?.code].filter(Boolean).join(' '),
  );
const sent = (stage: Stage): string[] => stage.log.filter((line) => /^(POST|DELETE) /.test(line));
const reads = (stage: Stage): string[] => stage.log.filter((line) => line.startsWith('read'));

describe('a few changes', () => {
  it('are each read back after their call', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(8), true));
    const rows = await write(stage, adds(8));
    expect(short(rows)).toEqual(names(8).map((name) => `${name} added verified`));
    expect(reads(stage)).toHaveLength(8);
  });

  it('are not read back with --no-verify', async () => {
    const stage = new Stage();
    const accepted: string[] = [];
    const rows = await write(stage, [[addOf('m0')]], {
      options: { verify: false, onRowAccepted: ({ member }) => accepted.push(member) },
    });
    expect(short(rows)).toEqual(['m0 added']);
    expect([reads(stage), accepted]).toEqual([[], []]);
  });

  it('tell of each that was accepted, before it is read back, and count each step', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(2), true));
    await write(stage, adds(2), {
      options: {
        onRowAccepted: ({ member }) => stage.log.push(`accepted ${member}`),
        onStep: (isSent) => stage.log.push(`step ${isSent}`),
      },
    });
    expect(stage.log).toEqual(
      names(2).flatMap((name) => [
        `POST ${name}`,
        'mark: answered',
        'step true',
        `accepted ${name}`,
        `read back ${name}`,
      ]),
    );
  });

  it('that the group never shows have failed', async () => {
    const stage = new Stage();
    stage.reads.push(all(['m0'], false));
    expect(short(await write(stage, [[addOf('m0')]]))).toEqual(['m0 failed verified not-kept']);
    expect(reads(stage)).toHaveLength(6);
  });

  it('that cannot be read back are not verified, and that is said once', async () => {
    const stage = new Stage();
    stage.reads.push(failure('network', 'timeout'));
    const rows = await write(stage, adds(2));
    expect(short(rows)).toEqual(['m0 added', 'm1 added']);
    expect(stage.warnings).toEqual(['What was written could not be read back: Failed: timeout.']);
  });

  it('of members that the list cannot show are not verified', async () => {
    const stage = new Stage();
    stage.reads.push({ m0: { kind: 'unsure' } });
    expect(short(await write(stage, [[addOf('m0')]]))).toEqual(['m0 added']);
  });

  it('keep the user as the list had it, else as the read-back has it', async () => {
    const stage = new Stage();
    stage.reads.push(all(['m0'], true));
    const user = { id: 'known' };
    expect((await write(stage, [[addOf('m0')]], { user }))[0]?.user).toBe(user);
    expect((await write(stage, [[addOf('m0')]]))[0]?.user).toEqual({ username: 'answered m0' });
  });
});

describe('many changes', () => {
  it('are read back together at the end', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(9), true));
    const rows = await write(stage, adds(9), { concurrency: 3 });
    expect(rows.every(({ verified }) => verified)).toBe(true);
    expect(reads(stage)).toEqual([`read back ${names(9).join(' ')}`]);
  });

  it('are read back in between, when 500 wait and the last time is 30 s ago', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(1200), true));
    let calls = 0;
    stage.beforeSend = () => {
      calls++;
      stage.now += 100;
      return Promise.resolve();
    };
    const rows = await write(stage, adds(1200));
    expect([rows.length, calls]).toEqual([1200, 1200]);
    const counts = reads(stage).map((line) => line.split(' ').length - 2);
    expect(counts).toEqual([500, 500, 200]);
  });

  it('are read back after each call where one member has several', async () => {
    const stage = new Stage();
    stage.reads.push(all(['m0'], true), all(['m0'], false), all(names(9), true));
    const lanes = [
      [addOf('m0'), removalOf('m0')],
      ...names(9)
        .slice(1)
        .map((name) => [addOf(name)]),
    ];
    const rows = await write(stage, lanes);
    expect(short(rows).slice(0, 2)).toEqual(['m0 added verified', 'm0 removed verified']);
  });
});

describe('one member in two spellings', () => {
  it('is sent once, and both rows say what became of it', async () => {
    const stage = new Stage();
    stage.reads.push(all(['m0'], true));
    const steps: boolean[] = [];
    const rows = await write(stage, [[addOf('m0'), addOf('m0', { requested: 'M0' })]], {
      options: { onStep: (isSent) => steps.push(isSent) },
    });
    expect(sent(stage)).toEqual(['POST m0']);
    expect(rows.map(({ requested, outcome }) => `${requested} ${outcome}`).sort()).toEqual([
      'M0 already-member',
      'm0 added',
    ]);
    expect(steps).toEqual([true, false]);
  });

  it('has one failure for both', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: failure('refused', 'no', { status: 400 }) });
    stage.reads.push(all(['m0'], false));
    const rows = await write(stage, [[addOf('m0'), addOf('m0', { requested: 'M0' })]]);
    expect(rows.map(({ requested, outcome }) => `${requested} ${outcome}`)).toEqual([
      'm0 refused',
      'M0 refused',
    ]);
  });
});

describe('a run of changes stops', () => {
  const lanes = adds(6);

  it('at a failure that every row would meet', async () => {
    const stage = new Stage();
    stage.writes.push('ok', { fails: REFUSED }, { fails: REFUSED }, { fails: REFUSED });
    stage.reads.push(all(names(6), true));
    expect(short(await write(stage, lanes))).toEqual([
      'm0 added verified',
      'm1 failed connect-refused',
      ...names(6)
        .slice(2)
        .map((name) => `${name} not-tried not-sent`),
    ]);
  });

  it('at the third failure in a row of those that others may meet', async () => {
    const stage = new Stage();
    stage.scope = { endsWholeRun: (row) => row.outcome === 'refused' };
    const no = { fails: failure('refused', 'no', { status: 400 }) };
    stage.writes.push(no, no, 'ok', no, no, no);
    stage.reads.push({ ...all(names(6), false), m2: isThere('m2', true) });
    expect(short(await write(stage, [...lanes, [addOf('m6')]]))).toEqual([
      'm0 refused verified no',
      'm1 refused verified no',
      'm2 added verified',
      'm3 refused verified no',
      'm4 refused verified no',
      'm5 refused verified no',
      'm6 not-tried not-sent',
    ]);
  });

  it('when the lock is lost, which is looked at once a second', async () => {
    const stage = new Stage();
    stage.now = 5000;
    stage.reads.push(all(names(6), true));
    let looks = 0;
    stage.beforeSend = () => {
      stage.now += 400;
      return Promise.resolve();
    };
    const held = (): boolean => ++looks < 2;
    const rows = await write(stage, lanes, { held });
    expect(short(rows).slice(0, 3)).toEqual(names(3).map((name) => `${name} added verified`));
    expect(rows.slice(3).map(({ outcome }) => outcome)).toEqual(Array(3).fill('not-tried'));
    expect(rows[3]?.error?.kind).toBe('safety');
    expect(looks).toBeGreaterThanOrEqual(2);
  });

  it('at an interrupt: what was sent is read back, the rest is not tried', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(6), true));
    stage.beforeSend = ({ changes }) => {
      if (changes[0]?.member === 'm1') stage.abort.abort(interruptedError());
      return Promise.resolve();
    };
    expect(short(await write(stage, lanes))).toEqual([
      'm0 added verified',
      'm1 added verified',
      ...names(6)
        .slice(2)
        .map((name) => `${name} not-tried interrupted`),
    ]);
  });

  it('with the error, if not even the first intent could be recorded', async () => {
    const stage = new Stage();
    const lost = failure('config', 'state-not-writable');
    stage.beforeSend = () => Promise.reject(lost);
    await expect(write(stage, lanes)).rejects.toBe(lost);
    expect(sent(stage)).toEqual([]);
  });

  it('with rows, if a later intent could not be recorded', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(6), true));
    stage.beforeSend = ({ changes }) =>
      changes[0]?.member === 'm1'
        ? Promise.reject(failure('config', 'state-not-writable'))
        : Promise.resolve();
    expect(short(await write(stage, lanes)).slice(0, 3)).toEqual([
      'm0 added verified',
      'm1 not-tried state-not-writable',
      'm2 not-tried not-sent',
    ]);
  });

  it('when nobody reads its rows any more', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(6), true));
    const { clock, refusals } = stage;
    const context = {
      ...{ groupId: 'g1', groupName: 'QA', clock, refusals, concurrency: 1 },
      options: stage.options(),
      lock: { isHeld: () => true, mark: () => stage.mark() },
    };
    const todo = lanes.map((lane) =>
      lane.map((change) => ({ change, store: stage.store, user: undefined })),
    );
    for await (const rows of new Writer(context, 6).write(todo)) {
      expect(rows).toHaveLength(1);
      break;
    }
    expect(sent(stage).length).toBeLessThan(6);
  });
});

describe('changes of many members at once', () => {
  it('are never more than so many', async () => {
    const stage = new Stage();
    stage.reads.push(all(names(9), true));
    let underWay = 0;
    let most = 0;
    stage.beforeSend = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    await write(stage, adds(9), { concurrency: 3 });
    expect(most).toBe(3);
  });
});
