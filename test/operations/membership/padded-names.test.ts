import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, type CliResult } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { jsonError, MEMBERS } from '../../commands/helpers.ts';
import { fileOf, type OddStage, oddStage } from './odd-stage.ts';

/** Names with blanks around them: exactly as typed first, then without the blanks. */

/** QA holds `jsmith `, and jsmith is somebody else. */
const padded = async (): Promise<OddStage> =>
  await oddStage({ QA: ['jsmith ', 'lchen'], Dev: ['jsmith', 'mbrown'] }, ['jsmith', 'lchen']);

describe('a member with a blank behind the name', () => {
  it.each([
    ['--member', () => ['--member=jsmith ']],
    ['a list', () => [fileOf('"jsmith "\n')]],
    ['a CSV file', () => [fileOf('User\n"jsmith "\n')]],
    ['JSON', () => [fileOf('["jsmith "]')]],
  ])('is removed by that name from %s', async (_, who) => {
    for (const check of [[], ['--no-user-check']]) {
      const stage = await padded();
      expect(await stage.run(['remove', '--name=QA', ...who(), ...check])).toEqual({
        code: 0,
        stdout: 'Removed "jsmith " from QA.\n',
        stderr: '',
      });
      expect(stage.members('QA')).toEqual(['lchen']);
      expect(stage.members('Dev')).toEqual(['jsmith', 'mbrown']);
    }
  });

  it('is not meant by the name without it, and that is said', async () => {
    const stage = await padded();
    expect(await stage.run(['remove', '--name=QA', '--member=jsmith'])).toEqual({
      code: 0,
      stdout: 'jsmith is not a member of QA; nothing to do.\n',
      stderr:
        'Not removed: "jsmith ", with a space before or after the name, is in "QA". To remove that member, use --member="jsmith ".\n',
    });
    expect(stage.server.writes()).toEqual([]);
  });

  it('has its name quoted for a shell, whatever is in it', async () => {
    const stage = await oddStage({ QA: ['a"b ', 'lchen'], Dev: ['a"b'] }, ['a"b', 'lchen']);
    expect(await stage.run(['remove', '--name=QA', '--member=a"b'])).toMatchObject({
      stderr: `Not removed: 'a"b ', with a space before or after the name, is in "QA". To remove that member, use --member='a"b '.\n`,
    });
  });

  it('does not keep the other account out of the group', async () => {
    const stage = await padded();
    expect(await stage.run(['add', '--name=QA', '--member=jsmith'])).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['jsmith ', 'lchen', 'jsmith']);
  });

  it('is suggested where nobody has the name', async () => {
    const stage = await oddStage({ QA: ['jsmith ', 'lchen'] }, ['lchen']);
    const result = await stage.run(['remove', '--name=QA', '--member=jsmith']);
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('There is no user named "jsmith". Did you mean "jsmith "?');
  });

  it('is found by where and left by offboard under that name', async () => {
    const stage = await padded();
    expect(await stage.run(['where', '--member=jsmith '])).toEqual({
      code: 0,
      stdout: 'QA\n',
      stderr:
        'Not listed: "jsmith", with a space before or after the name, is in "Dev". To name that account, use --member=jsmith.\n',
    });
    const left = await stage.run(['offboard', '--member=jsmith ', '--yes']);
    expect(left).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['lchen']);
    expect(stage.members('Dev')).toEqual(['jsmith', 'mbrown']);
  });

  it('is named by where and offboard when the other account is asked about', async () => {
    const stage = await padded();
    expect(await stage.run(['where', '--member=jsmith'])).toEqual({
      code: 0,
      stdout: 'Dev\n',
      stderr:
        'Not listed: "jsmith ", with a space before or after the name, is in "QA". To name that account, use --member="jsmith ".\n',
    });
    const left = await stage.run(['offboard', '--member=jsmith', '--yes', '--json']);
    expect(left.code).toBe(0);
    const { sources } = JSON.parse(left.stdout) as { sources: { notTouched: object[] }[] };
    expect(sources[0]?.notTouched).toContainEqual({
      what: 'member',
      message: 'the member "jsmith " of QA: another account, by a space around its name',
    });
    expect(stage.members('QA')).toEqual(['jsmith ', 'lchen']);
    expect(stage.members('Dev')).toEqual(['mbrown']);
  });

  it('is protected by that name only', async () => {
    for (const [protect, member, code] of [
      ['jsmith ', 'jsmith ', 8],
      ['jsmith', 'jsmith ', 0],
      [' lchen', 'lchen', 8],
    ] as const) {
      const stage = await padded();
      const argv = ['remove', '--name=QA', `--member=${member}`, `--protect=${protect}`];
      const result = await stage.run([...argv, '--json']);
      expect([protect, member, result.code]).toEqual([protect, member, code]);
      if (code === 8) expect(jsonError(result.stderr)).toMatchObject({ code: 'protected-member' });
    }
  });

  it('comes back from each output of members list', async () => {
    for (const output of [[], ['--json'], ['--output=csv']]) {
      const stage = await padded();
      const { stdout } = await stage.run(['list', '--name=QA', ...output]);
      const argv = ['sync', '--name=QA', '--file=-', '--yes', '--allow-self'];
      expect(await stage.run(argv, { stdin: stdout })).toMatchObject({
        code: 0,
        stdout: '= 2 unchanged\nQA: 0 added, 0 removed, 2 unchanged.\n',
      });
      expect(stage.server.writes()).toEqual([]);
    }
  });

  it('is an ordinary name with blanks around it by mistake to everybody else', async () => {
    const stage = await oddStage({ QA: [] }, ['jsmith']);
    const argv = ['add', '--name= QA ', fileOf('User\n" JSmith "\n')];
    expect(await stage.run(argv)).toMatchObject({ code: 0, stdout: 'Added jsmith to QA.\n' });
    expect(await stage.run(['add', '--name=QA', '--member= x ', '--no-user-check'])).toMatchObject({
      code: 0,
    });
    expect(stage.members('QA')).toEqual(['jsmith', 'x']);
  });
});

describe('a group with a blank behind its name', () => {
  it('is found by that name, and else the one without it', async () => {
    const stage = await oddStage({ 'QA ': ['a'], QA: ['b'], Dev: ['c'] });
    const list = async (name: string): Promise<CliResult> =>
      await stage.run(['list', `--name=${name}`]);
    expect(await list('QA ')).toMatchObject({ code: 0, stdout: 'a\n' });
    expect(await list('QA')).toMatchObject({ code: 0, stdout: 'b\n' });
    expect(await list(' QA')).toMatchObject({ code: 0, stdout: 'b\n' });
    expect(await list(' dev ')).toMatchObject({ code: 0, stdout: 'c\n' });
    const add = ['add', '--name=QA ', '--member=c'];
    expect(await stage.run(add)).toMatchObject({ code: 0, stdout: 'Added c to "QA ".\n' });
    expect(stage.members('QA ')).toEqual(['a', 'c']);
    expect(stage.members('QA')).toEqual(['b']);
  });

  it('is suggested to who leaves it out', async () => {
    const stage = await oddStage({ 'QA ': ['a'] });
    expect(await stage.run(['list', '--name=QA'])).toMatchObject({
      code: 4,
      stderr: 'groupctl: There is no group named "QA".\nHint: Did you mean "QA "?\n',
    });
  });
});

describe('on Infisical', () => {
  const stage = async (): Promise<{ fake: FakeInfisical; source: string[] }> => {
    const fake = new FakeInfisical();
    for (const username of ['jsmith', 'jsmith ', 'lchen']) fake.addUsers(1, () => ({ username }));
    fake.addGroup('QA', ['jsmith', 'lchen']);
    const { url } = await serve(fake.handler());
    return { fake, source: [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`] };
  };

  it('a name with a blank never means the other account', async () => {
    const { fake, source } = await stage();
    const argv = [...MEMBERS, 'remove', '--name=QA', '--member=jsmith ', ...source];
    expect(await cli().run(argv)).toMatchObject({
      code: 0,
      stdout: '"jsmith " is not a member of QA; nothing to do.\n',
    });
    expect(fake.membersOf('QA')).toEqual(['jsmith', 'lchen']);
  });

  it('blanks by mistake do no harm', async () => {
    const { fake, source } = await stage();
    const argv = ['remove', '--name=QA ', '--member= lchen ', ...source];
    expect(await cli().run([...MEMBERS, ...argv])).toMatchObject({ code: 0 });
    expect(fake.membersOf('QA')).toEqual(['jsmith']);
  });
});
