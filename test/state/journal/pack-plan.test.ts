import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import { packRows, unpackRows } from '../../../src/state/journal/pack-plan.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import {
  add,
  begin,
  contentOf,
  HEADER,
  numbered,
  planned,
  remove,
  START,
  write,
} from './run-files.ts';

const inFile = (row: MemberChange, line: number, file = 'team.csv'): MemberChange => ({
  ...row,
  row: { file, line },
});
const team = (count: number, from = 2): MemberChange[] =>
  Array.from({ length: count }, (_, at) => inFile(add(`user${at}`), from + at));

const packed = (rows: readonly MemberChange[]): object[] => [...packRows(rows)];
const sizes = (rows: readonly MemberChange[]): number[] =>
  [...packRows(rows)].map(({ members }) => members.length);
const unpacked = (rows: readonly MemberChange[]): MemberChange[] =>
  [...packRows(rows)].flatMap(unpackRows);

describe('the rows of a plan', () => {
  it('are one element where they are alike and stand line by line', () => {
    const rows = team(300);
    expect(packed(rows)).toEqual([
      {
        op: 'add',
        type: 'user',
        row: { file: 'team.csv', line: 2 },
        members: rows.map(({ member }) => member),
      },
    ]);
    expect(unpacked(rows)).toEqual(rows);
  });

  it('are elements of the same form where they are few, or somebody was typed otherwise', () => {
    const rows = [inFile(add('a'), 2), inFile(add('John Smith', 'john smith'), 3), remove('x')];
    expect(packed(rows)).toEqual([
      {
        op: 'add',
        type: 'user',
        row: { file: 'team.csv', line: 2 },
        members: ['a', 'John Smith'],
        requested: ['a', 'john smith'],
      },
      { op: 'remove', type: 'user', members: ['x'] },
    ]);
    expect(unpacked(rows)).toEqual(rows);
  });

  it('name the rows of the earlier run by ranges, in whatever order', () => {
    const rows = [9, 8, 7, 2, 3, 5].map((earlier) => ({ ...remove(`user${earlier}`), earlier }));
    expect(packed(rows)).toMatchObject([
      {
        earlier: [
          [9, 7],
          [2, 3],
          [5, 5],
        ],
      },
    ]);
    expect(unpacked(rows)).toEqual(rows);
    expect(sizes([...rows, remove('x')])).toEqual([6, 1]);
  });

  it('begin anew at a gap in the lines, another file, and the names of the command line', () => {
    const typed = Array.from({ length: 120 }, (_, at) => add(`typed${at}`));
    const other = team(100, 1).map((row, at) => inFile(add(row.member), 1 + at, 'other.txt'));
    const rows = [...typed, ...team(200), ...team(150, 203), ...other];
    expect(sizes(rows)).toEqual([120, 200, 150, 100]);
    expect(unpacked(rows)).toEqual(rows);
  });

  it('are no element of any length', () => {
    expect(sizes(team(12_000))).toEqual([5000, 5000, 2000]);
  });

  it('come back from a journal as they went in, whatever they are', () => {
    const row = fc.record({
      name: fc.string(),
      isTyped: fc.boolean(),
      gap: fc.nat(30).map((n) => n === 0),
      op: fc.nat(60).map((n) => (n === 0 ? ('remove' as const) : ('add' as const))),
    });
    const journalOf = (typed: readonly MemberChange[]): readonly MemberChange[] => {
      const rows = numbered(typed);
      const state = temporaryFolder();
      const journal = begin(state, rows);
      journal.intent({ call: 'POST x', changes: rows }, START);
      journal.end({ exit: 0 }, START);
      const read = planned(state, journal.run).rows;
      expect(read.every(({ sent }) => sent)).toBe(true);
      return read.map(({ change }) => change);
    };
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), fc.boolean(), (typed, file) => {
        let line = 1;
        const rows = typed.map(({ name, isTyped, gap, op }): MemberChange => {
          line += gap ? 2 : 1;
          const change = { ...add(name, isTyped && gap ? `${name}!` : name), op };
          return file ? inFile(change, line) : change;
        });
        expect(journalOf(rows)).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['names that are none', { members: [1] }],
    ['no operation', { members: ['a'], op: 'replace' }],
    ['a place without a line', { members: ['a'], row: { file: 'team.csv' } }],
    ['a name as typed too few', { members: ['a', 'b'], requested: ['a'] }],
    ['an earlier row too many', { members: ['a', 'b'], earlier: [[1, 3]] }],
  ])('are damaged by %s', (_, element) => {
    const state = temporaryFolder();
    const facts = { t: 'run', v: 2, at: new Date(START).toISOString(), by: '1', ...HEADER };
    const rows = [{ op: 'add', type: 'user', ...element }];
    const run = write(state, `${JSON.stringify({ ...facts, rows })}\n`);
    expect(() => planned(state, run)).toThrow(/Line 1 of the journal .* is damaged/);
  });
});

describe('an intent', () => {
  const rows = numbered(team(250));

  it('says where its rows stand in the plan', () => {
    const state = temporaryFolder();
    const journal = begin(state, rows);
    journal.intent({ call: 'POST x', changes: rows.slice(3), before: ['a'] }, START);
    journal.end({ exit: 0 }, START);
    const line = contentOf(state, journal.run).toString().split('\n')[1] ?? '';
    expect(JSON.parse(line)).toMatchObject({ t: 'intent', rows: [[3, 249]], before: ['a'] });
    expect(planned(state, journal.run).rows.map(({ state: word }) => word)).toEqual([
      ...Array<string>(3).fill('untouched'),
      ...Array<string>(247).fill('in-doubt'),
    ]);
  });

  it("says so of few rows, too, and under the server's spelling", () => {
    const state = temporaryFolder();
    const journal = begin(state, rows);
    const changes = [{ ...rows[7]!, member: 'USER7' }, rows[8]!, rows[20]!];
    journal.intent({ call: 'POST x', changes }, START);
    journal.end({ exit: 0 }, START);
    const line = contentOf(state, journal.run).toString().split('\n').at(-3) ?? '';
    expect(JSON.parse(line)).toEqual({
      t: 'intent',
      at: expect.any(String) as string,
      call: 'POST x',
      rows: [
        [7, 8],
        [20, 20],
      ],
    });
    const sent = planned(state, journal.run).rows.flatMap((row) => (row.sent ? row.index : []));
    expect(sent).toEqual([7, 8, 20]);
  });

  it('of rows that the plan does not have is damage', () => {
    const state = temporaryFolder();
    const at = new Date(START).toISOString();
    const rowsOfPlan = [{ op: 'add', type: 'user', members: ['a'] }];
    const run = { t: 'run', v: 2, at, by: '1', ...HEADER, rows: rowsOfPlan };
    const intent = { t: 'intent', at, call: 'POST x', rows: [[0, 1]] };
    const id = write(state, `${JSON.stringify(run)}\n${JSON.stringify(intent)}\n`);
    expect(() => planned(state, id)).toThrow(/Line 2 of the journal .* is damaged/);
  });
});
