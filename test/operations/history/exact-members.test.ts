import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import { onlyExact } from '../../../src/operations/history/exact-members.ts';
import type { RunContext } from '../../../src/operations/membership/plan.ts';

const contextOf = (caseInsensitive: boolean, options: object = {}): RunContext =>
  ({
    connection: {
      directory: { kind: 'proget', hasDirectoryAccounts: false, caseInsensitive },
      userCheck: true,
    },
    options,
  }) as unknown as RunContext;
const change = (requested: string, member: string): MemberChange => ({
  op: 'add',
  type: 'user',
  member,
  requested,
});

describe('the names of a record', () => {
  it('are those very accounts where the server tells cases apart', () => {
    const changes = [change('ann', 'ann'), change('bob', 'Bob'), change('cy ', 'cy')];
    const exact = onlyExact({ changes, unknown: [] }, contextOf(false));
    expect(exact.changes).toEqual([changes[0]]);
    expect(
      exact.unknown.map(({ member, outcome, error }) => [member, outcome, error?.message]),
    ).toEqual([
      ['bob', 'no-such-user', 'There is no user named "bob". Did you mean Bob?'],
      ['cy ', 'no-such-user', expect.stringContaining('Did you mean cy?')],
    ]);
  });

  it('may be in another case where it does not, but not without their blanks', () => {
    const changes = [change('bob', 'Bob'), change('cy ', 'cy')];
    const exact = onlyExact({ changes, unknown: [] }, contextOf(true));
    expect(exact.changes).toEqual([changes[0]]);
    expect(exact.unknown).toHaveLength(1);
  });

  it('are those of no account in another Unicode form', () => {
    const changes = [change('Jose\u0301', 'Jos\u00e9'), change('ZO\u00cb', 'Zo\u00eb')];
    const exact = onlyExact({ changes, unknown: [] }, contextOf(true));
    expect(exact.changes).toEqual([changes[1]]);
    expect(exact.unknown.map(({ member }) => member)).toEqual(['Jose\u0301']);
  });

  it('are sent as they are on record where nobody is asked who they are', () => {
    const changes = [change('cy ', 'cy'), change('CORP\\akhan', 'CORP\\akhan')];
    const exact = onlyExact({ changes, unknown: [] }, contextOf(true, { userCheck: false }));
    expect(exact.changes.map(({ member }) => member)).toEqual(['cy ', 'CORP\\akhan']);
    expect(exact.unknown).toEqual([]);
  });

  it('stay as they were resolved where all are exact', () => {
    const resolved = { changes: [change('ann', 'ann')], unknown: [] };
    expect(onlyExact(resolved, contextOf(false))).toEqual(resolved);
  });

  it('are taken as they are on record where only a directory has such accounts', () => {
    const row = { ...change('CORP\\akhan', 'CORP\\akhan'), earlier: 3 };
    const nobody = { ...row, outcome: 'no-such-user', verified: false } as const;
    const gone = { ...nobody, member: 'ann', requested: 'ann' };
    const warnings: string[] = [];
    const context = (hasDirectoryAccounts: boolean): RunContext =>
      ({
        ...contextOf(true),
        connection: { directory: { caseInsensitive: true, hasDirectoryAccounts }, userCheck: true },
        deps: { warn: (message: string) => warnings.push(message) },
      }) as unknown as RunContext;
    const resolved = { changes: [], unknown: [nobody, gone] };
    expect(onlyExact(resolved, context(true))).toEqual({ changes: [row], unknown: [gone] });
    expect(warnings).toEqual([
      '"CORP\\akhan" is in no list of users. A directory has such names, so it is added as the record has it.',
    ]);
    expect(onlyExact(resolved, context(false))).toEqual(resolved);
  });
});
