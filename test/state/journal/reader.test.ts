import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import type { OutcomeWord } from '../../../src/domain/outcome.ts';
import { runPath } from '../../../src/state/journal/files.ts';
import { readRun, readRunFile } from '../../../src/state/journal/reader.ts';
import { effectOf, isFinal, memberOf } from '../../../src/state/journal/record.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import {
  add,
  addRun,
  became,
  begin,
  contentOf,
  HEADER,
  numbered,
  planned,
  remove,
  START,
  states,
  write,
} from './run-files.ts';

/** True if the run made the change itself, and a read showed it. */
const isOwn = (row: Parameters<typeof effectOf>[0]): boolean =>
  ['seen', 'despite-error'].includes(effectOf(row));

describe('what became of a row', () => {
  const read = (
    rows: readonly MemberChange[],
    tell: (journal: ReturnType<typeof begin>) => void,
  ): ReturnType<typeof planned> => {
    const state = temporaryFolder();
    const journal = begin(state, rows);
    tell(journal);
    return planned(state, journal.run);
  };

  it.each<[OutcomeWord, string, boolean, boolean]>([
    ['added', 'done', true, true],
    ['removed', 'done', true, true],
    ['already-member', 'done', true, false],
    ['already-absent', 'done', true, false],
    ['no-such-user', 'not-done', true, false],
    ['refused', 'not-done', true, false],
    ['failed', 'not-done', false, false],
    ['unknown', 'in-doubt', false, false],
  ])('is, where it says %s, %s (final: %s, ours: %s)', (word, state, final, ours) => {
    const rows = numbered([add('jsmith')]);
    const [only, ...others] = read(rows, (journal) => {
      journal.intent({ call: 'POST x', changes: rows }, START);
      journal.outcomes([became(rows[0]!, word)], START);
    }).rows;
    expect(others).toEqual([]);
    expect(only).toEqual({
      ...{ index: 0, change: add('jsmith'), state, sent: true, accepted: false },
      outcome: { outcome: word, verified: true },
    });
    expect(only && { final: isFinal(only), ours: isOwn(only) }).toEqual({ final, ours });
  });

  it('is not ours where it was not verified', () => {
    const rows = numbered([add('jsmith')]);
    const [only] = read(rows, (journal) =>
      journal.outcomes([became(rows[0]!, 'added', { verified: false })], START),
    ).rows;
    expect(only && [only.state, isFinal(only), isOwn(only)]).toEqual(['done', true, false]);
  });

  it('is in doubt between intent and outcome, and untouched without either', () => {
    const rows = numbered([add('a'), add('b'), add('c')]);
    const run = read(rows, (journal) => {
      journal.intent({ call: 'POST x', changes: rows.slice(0, 2) }, START);
      journal.outcomes([became(rows[0]!, 'added')], START);
    });
    expect(states(run.rows)).toEqual(['a done', 'b in-doubt', 'c untouched']);
    expect(run.rows.map(({ sent }) => sent)).toEqual([true, true, false]);
    expect(run.rows.map((row) => isFinal(row))).toEqual([true, false, false]);
    expect(run.end).toBeUndefined();
  });

  it('goes by the last outcome, and by what was sent after a failure', () => {
    const rows = numbered([add('a'), add('b'), add('c')]);
    const run = read(rows, (journal) => {
      journal.intent({ call: 'POST x', changes: rows }, START);
      journal.outcomes([became(rows[0]!, 'failed')], START);
      journal.outcomes([became(rows[1]!, 'failed')], START);
      journal.outcomes([became(rows[2]!, 'added')], START);
      journal.intent({ call: 'POST x', changes: rows }, START);
      journal.outcomes([became(rows[0]!, 'added')], START);
    });
    expect(states(run.rows)).toEqual(['a done', 'b in-doubt', 'c done']);
  });

  it('is its own where rows have the same name in two types, cases or operations', () => {
    const identity: MemberChange = { ...add('x'), type: 'identity' };
    const rows = numbered([add('x'), identity, remove('x'), add('X'), add('x')]);
    const run = read(rows, (journal) => {
      journal.outcomes([became(rows[2]!, 'removed')], START);
      journal.outcomes([became(rows[1]!, 'added')], START);
      journal.intent({ call: 'POST x', changes: rows.slice(4) }, START);
    });
    expect(run.rows.map(({ state }) => state)).toEqual([
      ...['untouched', 'done', 'done', 'untouched', 'in-doubt'],
    ]);
  });

  it("has the server's spelling, and keeps the name as typed", () => {
    const rows = numbered([add('john smith'), add('zoë')]);
    const sent = rows.map((row) => ({ ...row, member: row.member.toUpperCase() }));
    const run = read(rows, (journal) => {
      journal.intent({ call: 'POST x', changes: sent }, START);
      journal.outcomes([became(sent[0]!, 'added')], START);
    });
    expect(states(run.rows)).toEqual(['john smith done', 'zoë in-doubt']);
    expect(run.rows.map(memberOf)).toEqual(['JOHN SMITH', 'zoë']);
  });

  it('comes out for each of 100,000 rows, calls and all', () => {
    const rows = numbered(Array.from({ length: 100_000 }, (_, at) => add(`user-${at}`)));
    const run = read(rows, (journal) => {
      for (const row of rows.slice(0, 50_000)) {
        journal.intent({ call: 'POST x', changes: [row] }, START);
        if (row !== rows[49_999]) journal.outcomes([became(row, 'added')], START);
      }
    });
    const counts = new Map<string, number>();
    for (const { state } of run.rows) counts.set(state, (counts.get(state) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ done: 49_999, 'in-doubt': 1, untouched: 50_000 });
    expect(run.calls.length).toBe(50_000);
  });
});

describe('the facts of a run', () => {
  it('are those of its first and last line, also the ones that are not known here', () => {
    const state = temporaryFolder();
    const guards = { maxRemovals: 50, protect: ['root'] };
    const more = { undoes: '01ABC', resumes: '01DEF', guards, later: [1] };
    const journal = begin(state, [], more);
    journal.intent({ call: 'DELETE x', before: ['a', 'b'] }, START + 1);
    journal.end({ exit: 8, error: 'group-gone' }, START + 2);
    const at = (ms: number): string => new Date(START + ms).toISOString();
    expect(planned(state, journal.run)).toEqual({
      run: journal.run,
      at: at(0),
      by: '1.2.3',
      ...HEADER,
      undoes: '01ABC',
      resumes: '01DEF',
      cutShort: false,
      rows: [],
      calls: [{ call: 'DELETE x', at: at(1), before: ['a', 'b'] }],
      end: { at: at(2), exit: 8, error: 'group-gone' },
      header: { t: 'run', v: 2, run: journal.run, at: at(0), by: '1.2.3', ...HEADER, ...more },
    });
  });

  it('leave lines of a kind that is not known alone', () => {
    const state = temporaryFolder();
    const made = contentOf(state, addRun(state, ['a'])).toString();
    const run = write(state, `${made}{"t":"note","at":"x","text":"later"}\n`, START + 1);
    expect(states(planned(state, run).rows)).toEqual(['a done']);
  });
});

describe('a file that was cut at any byte', () => {
  it('reads back, and claims no more than was written', () => {
    const state = temporaryFolder();
    const names = [
      add('Zoë Müller', 'zoë müller'),
      add('张伟'),
      remove('b"\n'),
      add('d'),
      add('e'),
    ];
    const rows = numbered(names);
    const [zoe, wei, b, d] = rows;
    const journal = begin(state, rows);
    journal.outcomes([became(d!, 'already-member')], START);
    journal.intent({ call: 'POST x', changes: [zoe!, wei!], before: ['b"\n'] }, START);
    journal.outcomes([became(zoe!, 'added')], START);
    journal.outcomes([became(wei!, 'failed')], START);
    journal.intent({ call: 'POST x', changes: [wei!] }, START);
    journal.outcomes([became(wei!, 'added')], START);
    journal.intent({ call: 'POST x', changes: [b!] }, START);
    journal.outcomes([became(b!, 'unknown')], START);
    journal.end({ exit: 8 }, START);
    const whole = contentOf(state, journal.run);
    const [none, doubt, done, not] = ['untouched', 'in-doubt', 'done', 'not-done'];
    // What is known after so many lines, row by row.
    const known = [
      undefined,
      [none, none, none, none, none],
      [none, none, none, done, none],
      [doubt, doubt, none, done, none],
      [done, doubt, none, done, none],
      [done, not, none, done, none],
      [done, doubt, none, done, none],
      [done, done, none, done, none],
      [done, done, doubt, done, none],
      [done, done, doubt, done, none],
      [done, done, doubt, done, none],
    ];
    const path = runPath(state, journal.run);
    const seen = new Set<number>();
    for (let length = 0; length <= whole.length; length++) {
      const part = whole.subarray(0, length);
      writeFileSync(path, part);
      const count = part.filter((byte) => byte === 0x0a).length;
      seen.add(count);
      const cutShort = length > 0 && part.at(-1) !== 0x0a;
      const base = { run: journal.run, at: new Date(START).toISOString(), cutShort };
      const expected = known[count];
      if (expected === undefined) {
        expect(() => readRunFile(path, journal.run)).toThrow(
          `Line 1 of the journal of run ${journal.run} is damaged.`,
        );
        continue;
      }
      const record = readRunFile(path, journal.run);
      expect(record).toMatchObject({ ...base, command: HEADER.command });
      expect(
        record.rows.map((row) => row.state),
        `${length} bytes`,
      ).toEqual(expected);
      expect(record.end?.exit).toBe(count === 10 ? 8 : undefined);
    }
    expect(seen.size).toBe(known.length);
  });
});

describe('a file that is not as it was written', () => {
  const together = (range: readonly unknown[]): string =>
    JSON.stringify({ t: 'outcome', at: 'x', rows: [range], outcome: 'added', verified: true });
  const damagedAt = (change: (lines: string[]) => void): unknown => {
    const state = temporaryFolder();
    const lines = contentOf(state, addRun(state, ['a', 'b']))
      .toString()
      .split('\n');
    change(lines);
    const run = write(state, lines.join('\n'), START + 1);
    try {
      return readRun(state, run);
    } catch (error) {
      const { code, exitCode, message } = error as Record<string, unknown>;
      expect(message).toBe(String(message).replace(/run \w+/, `run ${run}`));
      return { code, exitCode, message: String(message).replace(run, 'RUN') };
    }
  };

  it.each<[string, number, (lines: string[]) => void]>([
    ['a line in the middle is none', 3, (lines) => (lines[2] = '{"t":"outcome",')],
    ['a line is empty', 2, (lines) => lines.splice(1, 0, '')],
    ['two lines are one', 2, (lines) => lines.splice(1, 2, `${lines[1]}${lines[2]}`)],
    ['zeros stand for a line', 4, (lines) => (lines[3] = '\0'.repeat(80))],
    ['a line is no object', 2, (lines) => (lines[1] = '"x"')],
    ['an outcome is of no rows', 3, (lines) => (lines[2] = lines[2]!.replace('"rows"', '"r"'))],
    ['an intent is of no call', 2, (lines) => (lines[1] = lines[1]!.replace('"call"', '"c"'))],
    ['an intent is of half a range', 2, (lines) => (lines[1] = lines[1]!.replace('[0,1]', '[1]'))],
    ['the members are no names', 1, (lines) => (lines[0] = lines[0]!.replace('["a","b"]', '[1]'))],
    [
      'an intent is of rows that it has not',
      2,
      (lines) => (lines[1] = lines[1]!.replace('[0,1]', '[0,2]')),
    ],
    ['outcomes are of rows that it has not', 4, (lines) => lines.splice(3, 0, together([0, 2]))],
    ['outcomes are of rows before the first', 4, (lines) => lines.splice(3, 0, together([-1, 0]))],
    ['rows have no numbers', 4, (lines) => lines.splice(3, 0, together(['0', 1]))],
    ['it begins twice', 2, (lines) => lines.splice(1, 0, lines[0]!)],
    ['it begins with something else', 1, (lines) => lines.shift()],
    ['a row of the plan is none', 1, (lines) => (lines[0] = lines[0]!.replace('"add"', '"ad"'))],
    ['the version is none', 1, (lines) => (lines[0] = lines[0]!.replace('"v":2', '"v":0'))],
  ])('names the line: %s', (_, line, change) => {
    expect(damagedAt(change)).toEqual({
      code: 'journal-damaged',
      exitCode: 2,
      message: `Line ${line} of the journal of run RUN is damaged.`,
    });
  });

  it('says that a line is no UTF-8', () => {
    const state = temporaryFolder();
    const bytes = contentOf(state, addRun(state, ['abc']));
    bytes[bytes.indexOf('added', bytes.indexOf('outcome'))] = 0xff;
    const run = write(state, bytes, START + 1);
    expect(() => readRun(state, run)).toThrow(`Line 3 of the journal of run ${run} is damaged.`);
  });

  it.each([
    [3, 'a newer groupctl'],
    [1, 'an older groupctl'],
  ])('is refused in one sentence where its format is %i, whatever else is in it', (v, by) => {
    const state = temporaryFolder();
    const run = write(state, `{"t":"run","v":${v},"plan":{}}\n?\n`);
    expect(() => readRun(state, run)).toThrow(
      `The journal of run ${run} was written by ${by} (format ${v}; this one reads 2).`,
    );
  });
});

describe('which run is meant', () => {
  const code = (state: string, ref: string): unknown => {
    try {
      return readRun(state, ref).run;
    } catch (error) {
      const { code: word, exitCode } = error as Record<string, unknown>;
      return `${exitCode as number} ${word as string}`;
    }
  };

  it('is said by its id, a beginning that only one has, or latest', () => {
    const state = temporaryFolder();
    const [old, mid, latest] = [0, 1, 4_000_000_000].map((ms) => addRun(state, ['a'], START + ms));
    const end = latest!.slice(0, 5);
    for (const ref of [latest!, latest!.toLowerCase(), ` ${latest} `, end, 'latest', 'LATEST']) {
      expect(code(state, ref)).toBe(latest);
    }
    expect(code(state, old!)).toBe(old);
    expect(code(state, mid!.slice(0, 25))).toBe(mid);
    expect(code(state, old!.slice(0, 5))).toBe('2 ambiguous-run');
    expect(code(state, '0')).toBe('2 ambiguous-run');
    expect(code(state, '7ZZ')).toBe('4 no-such-run');
    expect(code(temporaryFolder(), 'latest')).toBe('4 no-such-run');
    for (const ref of ['', 'lates', 'secret', `${latest}0`, '../x', '8Z', '*']) {
      expect(code(state, ref)).toBe('2 not-a-run');
    }
  });

  it('is none of the files that are not ours', () => {
    const state = temporaryFolder();
    const run = addRun(state, ['a']);
    const names = ['notes.txt', `${run}.jsonl.bak`, `${run.toLowerCase()}.json`, 'x.jsonl'];
    for (const name of names) writeFileSync(join(state, 'runs', name), '');
    expect(code(state, 'latest')).toBe(run);
  });
});
