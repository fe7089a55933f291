import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/cli.ts';
import { add, became, begin, contentOf, numbered, START } from './run-files.ts';

const plan = numbered(Array.from({ length: 40 }, (_, at) => add(`user-${at}`)));
const CALL = 'POST groups/users';

type JournalLine = Record<string, unknown>;

/** A journal after as many writes as make it write intents together, and its lines since then. */
async function busyJournal(): Promise<{
  journal: ReturnType<typeof begin>;
  linesSince: () => JournalLine[];
}> {
  const state = temporaryFolder();
  const journal = begin(state, plan);
  const lines = (): JournalLine[] =>
    contentOf(state, journal.run)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { at: _, ...rest } = JSON.parse(line) as JournalLine;
        return rest;
      });
  for (const change of plan.slice(0, 20)) {
    await journal.intent({ call: CALL, changes: [change] }, START, true);
  }
  const before = lines().length;
  return { journal, linesSince: () => lines().slice(before) };
}

describe('the intents of many calls', () => {
  it('that come up at the same time are one line, which is there before any call is sent', async () => {
    const { journal, linesSince } = await busyJournal();
    const sent = plan.slice(20, 23).map(async (change) => {
      await journal.intent({ call: CALL, changes: [change] }, START, true);
      expect(linesSince()).toEqual([{ t: 'intent', call: CALL, rows: [[20, 22]] }]);
    });
    expect(linesSince()).toEqual([]);
    await Promise.all(sent);
    journal.end({ exit: 0 }, START);
  });

  it('are a line for each kind of call', async () => {
    const { journal, linesSince } = await busyJournal();
    await Promise.all(
      plan.slice(20, 24).map(async (change, at) => {
        const call = at < 2 ? CALL : 'DELETE groups/users';
        await journal.intent({ call, changes: [change] }, START, true);
      }),
    );
    expect(linesSince()).toEqual([
      { t: 'intent', call: CALL, rows: [[20, 21]] },
      { t: 'intent', call: 'DELETE groups/users', rows: [[22, 23]] },
    ]);
    journal.end({ exit: 0 }, START);
  });

  it('come after the outcomes that were known before them', async () => {
    const { journal, linesSince } = await busyJournal();
    const [first, second] = plan;
    if (first === undefined || second === undefined) throw new Error('no plan');
    journal.outcomes([became(first, 'added')], START);
    const intended = journal.intent({ call: CALL, changes: plan.slice(20, 21) }, START, true);
    journal.outcomes([became(second, 'added')], START);
    await intended;
    expect(linesSince()).toEqual([
      { t: 'outcome', rows: [[0, 1]], outcome: 'added', verified: true },
      { t: 'intent', call: CALL, rows: [[20, 20]] },
    ]);
    journal.end({ exit: 0 }, START);
  });

  it('are in the file before what ends the run', async () => {
    const { journal, linesSince } = await busyJournal();
    const intended = journal.intent({ call: CALL, changes: plan.slice(20, 21) }, START, true);
    journal.end({ exit: 6 }, START);
    await intended;
    expect(linesSince()).toEqual([
      { t: 'intent', call: CALL, rows: [[20, 20]] },
      { t: 'end', exit: 6 },
    ]);
  });
});
