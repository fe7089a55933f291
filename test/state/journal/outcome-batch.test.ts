import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { MemberChange } from '../../../src/domain/change.ts';
import type { MemberOutcome, OutcomeWord } from '../../../src/domain/outcome.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { add, became, begin, contentOf, numbered, planned, START } from './run-files.ts';

const lines = (state: string, run: string): Record<string, unknown>[] =>
  contentOf(state, run)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The lines of a journal with these outcomes, but for its first and last. */
function written(
  plan: readonly MemberChange[],
  batches: readonly (readonly MemberOutcome[])[],
): Record<string, unknown>[] {
  const state = temporaryFolder();
  const journal = begin(state, plan);
  for (const batch of batches) journal.outcomes(batch, START);
  journal.end({ exit: 0 }, START);
  return lines(state, journal.run)
    .slice(1, -1)
    .map(({ at: _, ...rest }) => rest);
}

const all = (plan: readonly MemberChange[], word: OutcomeWord): MemberOutcome[] =>
  plan.map((row) => became(row, word));

describe('outcomes that are alike', () => {
  const plan = numbered(Array.from({ length: 10_000 }, (_, at) => add(`user-${at}`)));

  it('are one line, whatever their number', () => {
    expect(written(plan, [all(plan, 'added')])).toEqual([
      { t: 'outcome', rows: [[0, 9999]], outcome: 'added', verified: true },
    ]);
  });

  it('are ranges of the plan where others are between them', () => {
    const [a, b, c, d, e] = plan as [
      MemberChange,
      MemberChange,
      MemberChange,
      MemberChange,
      MemberChange,
    ];
    const already = [became(b, 'already-member'), became(d, 'already-member')];
    expect(written([a, b, c, d, e], [already, all([a, c, e], 'added')])).toEqual([
      {
        t: 'outcome',
        rows: [
          [1, 1],
          [3, 3],
        ],
        outcome: 'already-member',
        verified: true,
      },
      {
        t: 'outcome',
        rows: [
          [0, 0],
          [2, 2],
          [4, 4],
        ],
        outcome: 'added',
        verified: true,
      },
    ]);
  });

  it('are a line each where there is more to say: another name, an error', () => {
    const [a, b, c, d] = numbered([add('A', 'a'), add('b'), add('c'), add('d')]);
    const error = { kind: 'server', code: 'x', message: 'No.' } as const;
    const rows = [
      became({ ...a!, member: 'Å' }, 'added'),
      became(b!, 'added', { user: { username: 'b' } }),
      became(c!, 'added'),
      became(d!, 'failed', { error: { ...error, hint: 'Try.', body: '<html>' } }),
    ];
    const added = { t: 'outcome', outcome: 'added', verified: true };
    expect(written([a!, b!, c!, d!], [rows])).toEqual([
      { ...added, rows: [[0, 0]], member: 'Å' },
      { ...added, rows: [[1, 2]] },
      { ...added, rows: [[3, 3]], outcome: 'failed', error },
    ]);
  });

  it('keep the order in which they came, also backwards', () => {
    const rows = [2, 3, 4, 9, 8, 7, 8].map((at) => plan[at]!);
    expect(written(plan, [all(rows, 'added')])).toMatchObject([
      {
        rows: [
          [2, 4],
          [9, 7],
          [8, 8],
        ],
      },
    ]);
  });

  it('are whole in the file when the call returns, where they come slowly', () => {
    const state = temporaryFolder();
    const journal = begin(state, plan);
    plan.slice(0, 3).forEach((row, at) => {
      journal.outcomes([became(row, 'added')], START + at * 1000);
      expect(lines(state, journal.run).at(-1)).toMatchObject({ t: 'outcome', rows: [[at, at]] });
    });
    journal.end({ exit: 0 }, START);
  });

  it('read back as what was said last of each row, in whatever order it was said', () => {
    const words: OutcomeWord[] = ['added', 'already-member', 'failed', 'unknown'];
    const said = fc.record({
      at: fc.nat(39),
      word: fc.constantFrom(...words),
      verified: fc.boolean(),
      inOrder: fc.nat(20),
      isOdd: fc.nat(9).map((n) => n === 0),
    });
    fc.assert(
      fc.property(fc.array(fc.array(said, { maxLength: 12 }), { maxLength: 12 }), (batches) => {
        const state = temporaryFolder();
        const rows = numbered(Array.from({ length: 40 }, (_, at) => add(`u${at}`, `U${at}`)));
        const journal = begin(state, rows);
        const last = new Map<number, object>();
        for (const batch of batches) {
          const outcomes = batch.flatMap(({ at, word, verified, inOrder, isOdd }) =>
            rows.slice(at, at + 1 + inOrder).map((row) => {
              const more = isOdd ? { member: `${row.member}!` } : {};
              return became(row, word, { verified, ...more });
            }),
          );
          journal.outcomes(outcomes, START);
          for (const { index = -1, outcome, verified, member } of outcomes) {
            const isOdd = member !== rows[index]?.member;
            last.set(index, { outcome, verified, ...(isOdd ? { member } : {}) });
          }
        }
        journal.end({ exit: 0 }, START);
        const read = planned(state, journal.run).rows;
        expect(read.map(({ outcome }) => outcome)).toEqual(
          rows.map(({ index }) => last.get(index)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
