import { describe, expect, it } from 'vitest';
import { ListedAccounts } from '../../src/domain/accounts.ts';
import {
  BUILT_IN_PRINCIPALS,
  isSamePermission,
  isSameTask,
  type Permission,
  type SecurityTask,
} from '../../src/domain/security.ts';

const RULE: Permission = { id: '1', user: 'jsmith', task: 'View', feed: 'npm', deny: false };

describe('two permissions', () => {
  it.each<[Partial<Permission>, boolean]>([
    [{}, true],
    [{ id: '2' }, true],
    [{ user: 'JSMITH' }, true],
    [{ task: 'view', feed: 'NPM' }, true],
    [{ user: 'djones' }, false],
    [{ group: 'QA' }, false],
    [{ task: 'Add' }, false],
    [{ feed: 'nuget' }, false],
    [{ feedGroup: 'Releases' }, false],
    [{ deny: true }, false],
  ])('are the same rule but for %j: %s', (more, same) => {
    expect(isSamePermission(RULE, { ...RULE, ...more })).toBe(same);
    expect(isSamePermission({ ...RULE, ...more }, RULE)).toBe(same);
  });

  it('are the same rule where a field is missing or empty', () => {
    const { feed: _, ...global } = RULE;
    expect(isSamePermission(global, { ...global, feed: '' })).toBe(true);
    expect(isSamePermission({ deny: false }, { deny: false })).toBe(true);
  });
});

it('permissions of listed accounts that are alike are two', () => {
  const [one, other] = ['Jos\u00e9', 'Jose\u0301'];
  const rule = { ...RULE, user: one };
  expect(isSamePermission(rule, { ...rule, user: other })).toBe(true);
  const accounts = new ListedAccounts([one, other]);
  expect(isSamePermission(rule, { ...rule, user: other }, accounts)).toBe(false);
});

describe('two tasks', () => {
  const task: SecurityTask = { name: 'A', feedScoped: true, attributes: ['x', 'y'] };

  it.each<[Partial<SecurityTask>, boolean]>([
    [{ attributes: ['y', 'x'] }, true],
    [{ description: '' }, true],
    [{ name: 'B' }, true],
    [{ attributes: ['x'] }, false],
    [{ description: 'for builds' }, false],
    [{ feedScoped: false }, false],
  ])('do the same but for %j: %s', (more, same) => {
    expect(isSameTask(task, { ...task, ...more })).toBe(same);
    expect(isSameTask({ ...task, ...more }, task)).toBe(same);
  });
});

it('has the names that are no accounts', () => {
  expect(BUILT_IN_PRINCIPALS).toEqual(['Everyone', 'Authenticated', 'Anonymous']);
});
