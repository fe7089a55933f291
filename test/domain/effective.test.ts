import { describe, expect, it } from 'vitest';
import { NO_ACCOUNTS } from '../../src/domain/accounts.ts';
import { effectivePermissions } from '../../src/domain/effective.ts';
import type { Permission } from '../../src/domain/security.ts';

const TASKS = [
  { name: 'View', feedScoped: true, attributes: ['view'] },
  { name: 'Publish', feedScoped: true, attributes: ['view', 'add'] },
];
const USER = { name: 'jsmith', groups: ['Developers', 'QA'] };

let next = 1;
const rule = (fields: Partial<Permission>): Permission => ({
  id: String(next++),
  task: 'View',
  deny: false,
  ...fields,
});

/** Whether jsmith may view, and by which of these rules (its place in the list). */
function view(rules: Permission[], place: { feed?: string; feedGroup?: string } = { feed: 'npm' }) {
  const [, row] = effectivePermissions(USER, place, rules, TASKS, NO_ACCOUNTS);
  const at = rules.findIndex(({ id }) => id === row?.permission);
  return row?.allowed === 'undecided' ? row.allowed : [row?.allowed, at];
}

describe('the effective permissions', () => {
  it.each<[string, Permission[], readonly [boolean, number]]>([
    ['nothing is allowed without a rule', [], [false, -1]],
    ['a group allows', [rule({ group: 'developers' })], [true, 0]],
    ['another group says nothing', [rule({ group: 'Ops' })], [false, -1]],
    ['another user says nothing', [rule({ user: 'djones' })], [false, -1]],
    ['another feed says nothing', [rule({ user: 'jsmith', feed: 'nuget' })], [false, -1]],
    [
      'the user comes before a group, whatever the feed',
      [rule({ group: 'QA', feed: 'npm', deny: true }), rule({ user: 'JSMITH' })],
      [true, 1],
    ],
    [
      'the feed comes before what is global',
      [rule({ group: 'QA', deny: true }), rule({ group: 'Developers', feed: 'NPM' })],
      [true, 1],
    ],
    [
      'a denial comes before an allowance of the same weight',
      [rule({ group: 'QA' }), rule({ group: 'Developers', deny: true })],
      [false, 1],
    ],
    ['Everyone is a principal', [rule({ user: 'everyone' })], [true, 0]],
    ['Authenticated is a principal', [rule({ group: 'Authenticated' })], [true, 0]],
    ['Anonymous is somebody else', [rule({ user: 'Anonymous' })], [false, -1]],
    [
      'a rule of the user comes before one for everybody',
      [rule({ user: 'Everyone', deny: true }), rule({ user: 'jsmith' })],
      [true, 1],
    ],
  ])('%s', (_, rules, expected) => {
    expect(view(rules)).toEqual(expected);
  });

  it('go by the feed group, if it is given', () => {
    const rules = [rule({ group: 'QA' }), rule({ group: 'QA', feedGroup: 'Releases', deny: true })];
    expect(view(rules, { feed: 'npm', feedGroup: 'releases' })).toEqual([false, 1]);
    expect(view(rules, { feed: 'npm', feedGroup: 'Other' })).toEqual([true, 0]);
    expect(view(rules, { feed: 'npm' })).toBe('undecided');
    // Whichever rule it is, it is allowed: which one decides is not known all the same.
    const alike = [rule({ group: 'QA' }), rule({ group: 'QA', feedGroup: 'Releases' })];
    expect(view(alike, { feed: 'npm' })).toBe('undecided');
    const decided = [...rules, rule({ group: 'QA', feed: 'npm' })];
    expect(view(decided, { feed: 'npm' })).toEqual([true, 2]);
    const row = effectivePermissions(USER, { feed: 'npm' }, rules, TASKS, NO_ACCOUNTS)[1];
    expect(row).toMatchObject({ permission: null, candidates: rules.map(({ id }) => id) });
  });

  it('have a row for each attribute of any task', () => {
    const rules = [rule({ task: 'publish', group: 'QA' })];
    expect(
      effectivePermissions(USER, {}, rules, TASKS, NO_ACCOUNTS).map(({ attribute, allowed }) => [
        attribute,
        allowed,
      ]),
    ).toEqual([
      ['add', true],
      ['view', true],
    ]);
  });
});
