import { describe, expect, it } from 'vitest';
import { capitalized } from '../../src/domain/capitalized.ts';
import { indexOf, type MemberChange, lineInFile } from '../../src/domain/change.ts';
import { counted } from '../../src/domain/counted.ts';
import { groupLabel, groupLabelAmong, WITHOUT_GROUP } from '../../src/domain/group.ts';

describe('a group in words', () => {
  const one = { name: 'Ops', slug: 'ops-one' };
  const two = { name: 'Ops', slug: 'ops-two' };
  const other = { name: 'QA', slug: 'qa' };

  it('has its slug where another of the groups has its name', () => {
    expect(groupLabelAmong(one, [one, two, other])).toBe('Ops [ops-one]');
    expect(groupLabelAmong(other, [one, two, other])).toBe('QA');
    expect(groupLabelAmong(one, [one])).toBe('Ops');
    expect(groupLabelAmong({ name: 'Ops' }, [{ name: 'Ops' }, one])).toBe('Ops');
  });

  it.each([
    ['QA', 'qa', 'QA'],
    ['QA team', 'qa-team', 'QA team'],
    ['QA  Team', 'qa-team', 'QA  Team'],
    ['QA', 'qa-team', 'QA [qa-team]'],
    ['QA2', 'qa-2', 'QA2 [qa-2]'],
    ['QA', undefined, 'QA'],
  ])('has its slug where that is another word: %s, %s', (name, slug, label) => {
    expect(groupLabel(slug === undefined ? { name } : { name, slug })).toBe(label);
  });

  it('is a hyphen in the record of a run without one', () => {
    expect(WITHOUT_GROUP).toEqual({ name: '-' });
  });
});

describe('a change', () => {
  const change: MemberChange = { op: 'add', type: 'user', member: 'ann', requested: 'ann' };

  it('has a number once it is planned', () => {
    expect(indexOf({ ...change, index: 0 })).toBe(0);
    expect(() => indexOf(change)).toThrow('The row of ann has no number.');
  });

  it('is at a place in a file, or nowhere', () => {
    expect(lineInFile({ file: 'team.csv', line: 7 })).toBe('team.csv, line 7: ');
    expect(lineInFile(undefined)).toBe('');
  });
});

describe('words', () => {
  it('begin with a capital letter', () => {
    expect([capitalized('an Infisical server'), capitalized('')]).toEqual([
      'An Infisical server',
      '',
    ]);
  });

  it('are counted', () => {
    expect([0, 1, 2].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows']);
  });
});
