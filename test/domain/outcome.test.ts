import { describe, expect, it } from 'vitest';
import {
  type FailureKind,
  gravest,
  isDone,
  leadingFailure,
  type MemberOutcome,
  type OutcomeWord,
  summarize,
  verdict,
} from '../../src/domain/outcome.ts';
import { EXIT_CODES } from '../../src/errors.ts';

const DONE: OutcomeWord[] = ['added', 'already-member', 'removed', 'already-absent', 'planned'];
const NOT_DONE: OutcomeWord[] = ['no-such-user', 'refused', 'failed', 'not-tried', 'unknown'];
const KINDS: FailureKind[] = [
  'unauthorized',
  'network',
  'safety',
  'internal',
  'server',
  'protocol',
  'refused',
  'not-found',
  'ambiguous',
];

let count = 0;
function row(outcome: OutcomeWord, kind?: FailureKind): MemberOutcome {
  const member = `m${++count}`;
  return {
    op: 'add',
    type: 'user',
    member,
    requested: member,
    outcome,
    verified: false,
    ...(kind === undefined ? {} : { error: { kind, code: kind, message: kind } }),
  };
}
const failed = (kind: FailureKind): MemberOutcome => row('failed', kind);
const exit = (...rows: MemberOutcome[]): number => {
  const kind = verdict(rows);
  return kind === undefined ? 0 : EXIT_CODES[kind];
};

describe('the verdict of a run', () => {
  it.each(DONE)('of rows that are %s is done', (word) => {
    expect(isDone(word)).toBe(true);
    expect(exit(row(word), row('added'))).toBe(0);
  });

  it('of no rows is done', () => {
    expect(exit()).toBe(0);
    expect(leadingFailure([])).toBeUndefined();
  });

  it.each(NOT_DONE.flatMap((bad) => DONE.map((good) => [bad, good] as const)))(
    'of %s beside %s is partial',
    (bad, good) => {
      expect(isDone(bad)).toBe(false);
      expect(exit(row(good), row(bad))).toBe(7);
      expect(exit(row(bad), row(good), row(bad))).toBe(7);
    },
  );

  it.each<[OutcomeWord, number]>([
    ['no-such-user', 4],
    ['refused', 5],
    ['failed', 1],
    ['unknown', 8],
  ])('of %s alone, without an error, is exit %i', (word, code) => {
    expect(exit(row(word))).toBe(code);
    expect(exit(row(word), row(word))).toBe(code);
  });

  it.each(KINDS)('of one kind of failure is that kind: %s', (kind) => {
    for (const word of NOT_DONE) {
      expect(verdict([row(word, kind)])).toBe(kind);
      expect(verdict([row(word, kind), row(word, kind)])).toBe(kind);
    }
  });

  it('of several kinds is the first of exit 3, 6, 8, 1, 5, 4, in any order of the rows', () => {
    const order = [3, 6, 8, 1, 5, 4, 2];
    for (const a of KINDS) {
      for (const b of KINDS) {
        const codes = [EXIT_CODES[a], EXIT_CODES[b]];
        const expected = order.find((code) => codes.includes(code));
        expect(exit(failed(a), failed(b)), `${a} and ${b}`).toBe(expected);
        for (const c of KINDS) {
          const three = [...codes, EXIT_CODES[c]];
          expect(exit(failed(a), failed(b), failed(c))).toBe(
            order.find((code) => three.includes(code)),
          );
        }
      }
    }
  });

  it('is that of a missing group where the group is gone, whatever is done', () => {
    const gone = {
      ...row('failed', 'refused'),
      error: { kind: 'refused', code: 'group-gone', message: '' },
    } as const;
    expect(verdict([row('added'), gone])).toBe('not-found');
  });

  it.each([
    'too-many-removals',
    'would-empty-group',
    'protected-member',
    'removes-self',
    'group-changed',
  ])('is safety where %s stopped it before anything was changed', (code) => {
    const stopped = {
      ...row('not-tried', 'safety'),
      error: { kind: 'safety', code, message: '' },
    } as const;
    expect(verdict([row('already-member'), stopped])).toBe('safety');
    expect(verdict([row('added'), stopped])).toBe('partial');
    expect(verdict([row('removed'), stopped])).toBe('partial');
    expect(verdict([row('already-member'), stopped, failed('network')])).toBe('partial');
  });

  it('is the only kind that no order has', () => {
    expect(verdict([failed('config')])).toBe('config');
    expect(leadingFailure([failed('config'), failed('server')])?.error?.kind).toBe('server');
  });

  it('is the first of those that share an exit code, in words as well', () => {
    for (const kinds of [['config', 'ambiguous'] as const, ['ambiguous', 'config'] as const]) {
      const rows = kinds.map(failed);
      expect(verdict(rows)).toBe(kinds[0]);
      expect(leadingFailure(rows)).toBe(rows[0]);
    }
  });

  it('is said in the words of the row that stands for it', () => {
    const rows = [
      failed('not-found'),
      row('added'),
      failed('network'),
      failed('unauthorized'),
      failed('unauthorized'),
    ];
    expect(leadingFailure(rows)).toBe(rows[3]);
    expect(leadingFailure([row('added')])).toBeUndefined();
    const odd = failed('ambiguous');
    expect(leadingFailure([odd])).toBe(odd);
  });

  it('knows the gravest of any kinds', () => {
    expect(gravest(new Set(['config', 'refused', 'network']))).toBe('network');
    expect(gravest(new Set(['config', 'usage']))).toBeUndefined();
  });
});

describe('the summary', () => {
  it('counts each word under its own name', () => {
    const words = [...DONE, ...NOT_DONE];
    const rows = words.flatMap((word, at) => Array.from({ length: at + 1 }, () => row(word)));
    expect(summarize(rows)).toEqual({
      added: 1,
      alreadyMember: 2,
      removed: 3,
      alreadyAbsent: 4,
      planned: 5,
      noSuchUser: 6,
      refused: 7,
      failed: 8,
      notTried: 9,
      unknown: 10,
    });
  });
});
