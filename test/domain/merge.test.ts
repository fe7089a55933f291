import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListedAccounts } from '../../src/domain/accounts.ts';
import { type ListChange, merge, missingFrom } from '../../src/domain/merge.ts';
import { foldName, sameName } from '../../src/domain/names.ts';

const add = (member: string): ListChange => ({ op: 'add', member });
const remove = (member: string): ListChange => ({ op: 'remove', member });

describe('merge', () => {
  it('keeps order and spelling, and puts who is new at the end', () => {
    const changes = [add('b'), remove('ADMIN'), add('a')];
    expect(merge(['Zoe', 'ADMIN', 'x,y', 'mb'], changes)).toEqual(['Zoe', 'x,y', 'mb', 'b', 'a']);
  });

  it('removes one spelling, not its twin in another case', () => {
    expect(merge(['jsmith', 'JSmith'], [remove('JSmith')])).toEqual(['jsmith']);
  });

  it('leaves its input alone', () => {
    const members = Object.freeze(['a', 'b']);
    expect(merge(members, [remove('a'), add('c')])).toEqual(['b', 'c']);
    expect(members).toEqual(['a', 'b']);
  });
});

describe('missingFrom', () => {
  it('looks an added name up as names compare, a removed one to the letter', () => {
    const members = ['JSmith', 'Zoe\u0301'];
    expect(missingFrom(members, [add('jsmith'), add('ZO\u00c9'), add('x')])).toEqual([add('x')]);
    expect(missingFrom(members, [remove('jsmith'), remove('JSmith')])).toEqual([remove('JSmith')]);
  });

  it('does not take one listed account for another that is alike', () => {
    const twins = ['Jos\u00e9', 'Jose\u0301'] as const;
    const changes = [add(twins[1])];
    expect(missingFrom([twins[0]], changes)).toEqual([]);
    expect(missingFrom([twins[0]], changes, new ListedAccounts(twins))).toEqual(changes);
  });

  it('gives back the very changes it was given', () => {
    const change = { ...add('x'), requested: 'X' };
    expect(missingFrom([], [change])[0]).toBe(change);
  });
});

/** Names that collide in every way names can: case, composition, sharp s, a comma, nothing odd. */
const name = fc.oneof(
  fc.constantFrom('a', 'A', 'b', 'B', 'é', 'e\u0301', 'É', 'straße', 'STRASSE', 'x, y', 'İ', 'i'),
  fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' }),
);
const list = fc.uniqueArray(name, { maxLength: 12 });

/** A list, and changes of it as a run makes them: each name once, removals of who is there. */
const scene = fc.tuple(list, list, list).map(([members, wanted, now]) => {
  const changes: ListChange[] = [];
  const seen = new Set<string>();
  for (const member of [...members.slice(0, 3), ...wanted]) {
    const folded = foldName(member);
    if (seen.has(folded)) continue;
    seen.add(folded);
    changes.push(members.includes(member) ? remove(member) : add(member));
  }
  return { members, changes, now };
});

describe('merging into a list that others change too', () => {
  it('makes every change, and a second time there is nothing to do', () => {
    fc.assert(
      fc.property(scene, ({ now, changes }) => {
        const merged = merge(now, missingFrom(now, changes));
        expect(missingFrom(merged, changes)).toEqual([]);
        expect(merge(merged, missingFrom(merged, changes))).toEqual(merged);
      }),
    );
  });

  it('touches nobody else: the others are the same, in the same order', () => {
    fc.assert(
      fc.property(scene, ({ now, changes }) => {
        const todo = missingFrom(now, changes);
        const merged = merge(now, todo);
        const ours = new Set(todo.map(({ member }) => member));
        const others = (members: readonly string[]): string[] =>
          members.filter((member) => !ours.has(member));
        expect(others(merged)).toEqual(others(now));
        expect(new Set(merged).size).toBe(merged.length);
      }),
    );
  });

  it('adds nobody twice under another spelling', () => {
    fc.assert(
      fc.property(scene, ({ now, changes }) => {
        const merged = merge(now, missingFrom(now, changes));
        for (const member of merged.filter((one) => !now.includes(one))) {
          expect(merged.filter((other) => sameName(other, member))).toHaveLength(1);
        }
      }),
    );
  });

  it('misses exactly what a plain reading of the rule misses', () => {
    fc.assert(
      fc.property(scene, ({ now, changes }) => {
        const plain = changes.filter(({ op, member }) =>
          op === 'remove'
            ? now.includes(member)
            : !now.some((other) => foldName(other) === foldName(member)),
        );
        expect(missingFrom(now, changes)).toEqual(plain);
      }),
    );
  });
});
