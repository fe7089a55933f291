import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { MEMBERS } from '../../commands/helpers.ts';
import { fileOf, oddStage, said } from './odd-stage.ts';

const PEOPLE = ['jsmith', 'djones', 'mbrown'];
const TWO = 'Group,User\nQA,jsmith\nAdministrators,djones\n';

describe('a file of several groups', () => {
  it.each([
    ['Group', TWO, 'Administrators'],
    ['group_name', TWO.replace('Group', 'group_name'), 'Administrators'],
    [
      'group',
      '[{"group":"QA","user":"jsmith"},\n\n{"group":{"name":"Ops"},"user":"djones"}]',
      'Ops',
    ],
    [
      'groups',
      '[{"groups":["QA","x"],"user":"jsmith"},\n\n{"groups":["Ops"],"user":"djones"}]',
      'Ops',
    ],
  ])('is refused for one of them, by its column %s', async (column, content, other) => {
    for (const verb of ['add', 'remove', 'sync']) {
      const stage = await oddStage({ QA: [], Administrators: [] }, PEOPLE);
      const result = await stage.run([verb, '--name=QA', fileOf(content)]);
      expect({ ...result, stderr: said(result.stderr) }).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: team.csv, line 3: the column ${column} names another group (${other}), not "QA". To take only the rows of "QA", use --group-column=${column}. To take every row, use --group-column=none. Nothing was written.\n`,
      });
      expect(stage.server.writes()).toEqual([]);
    }
  });

  it.each([
    [['--group-column=Group'], ['jsmith']],
    [['--group-column=group'], ['jsmith']],
    [['--group-column=none'], ['jsmith', 'djones']],
    [
      ['--group-column=Group', '--member=mbrown'],
      ['mbrown', 'jsmith'],
    ],
  ])('gives its rows of that group with %j', async (options, members) => {
    const stage = await oddStage({ QA: [], Administrators: [] }, PEOPLE);
    const argv = ['add', '--name=qa', fileOf(TWO), ...options];
    const { code, stderr } = await stage.run(argv);
    expect(code).toBe(0);
    expect(said(stderr)).toBe(
      options.includes('--group-column=none')
        ? ''
        : 'team.csv: 1 row of another group is left out (column Group).\n',
    );
    expect(stage.members('QA')).toEqual(members);
  });

  it('with that group only, or none at all, is as any other', async () => {
    for (const content of [
      'Group,User\nQA,jsmith\nqa ,djones\n',
      'Group,User\n,jsmith\n,djones\n',
      'Team,User\nQA,jsmith\nOps,djones\n',
    ]) {
      const stage = await oddStage({ QA: [] }, PEOPLE);
      expect(await stage.run(['add', '--name=QA', fileOf(content)])).toMatchObject({ code: 0 });
      expect(stage.members('QA')).toEqual(['jsmith', 'djones']);
    }
  });

  it.each([
    [
      '--group-column=Grp',
      TWO,
      'team.csv has no column Grp; it has Group, User. Name one of its columns with --group-column, or leave it out. Nothing was written.',
    ],
    [
      '--group-column=Grp',
      '[{"user":"jsmith"}]',
      'team.csv has no column Grp; it has user. Name one of its columns with --group-column, or leave it out. Nothing was written.',
    ],
    [
      '--group-column=Group',
      'jsmith\n',
      'A plain list has no columns. --group-column is for CSV and JSON files.',
    ],
    [
      '--group-column=Group',
      'Group,User\nOps,djones\n',
      'team.csv has no row of "QA" in the column "Group". Nothing was written.',
    ],
    [
      '--group-column=Group',
      'Group,User\nQA,jsmith\n,djones\n',
      'team.csv, line 3: no group in the column Group, so it is not known which group the row is about. Nothing was written.',
    ],
  ])('is refused where the column does not tell: %s of %j', async (option, content, message) => {
    const stage = await oddStage({ QA: ['mbrown'] }, PEOPLE);
    const result = await stage.run(['sync', '--name=QA', fileOf(content), option, '--yes']);
    expect(result.code).toBe(2);
    expect(said(result.stderr)).toBe(`groupctl: ${message}\n`);
    expect(stage.members('QA')).toEqual(['mbrown']);
  });

  it.each([
    ['QA;Ops', 'Group,User\nQA,jsmith\nQA;Ops,djones\n'],
    ['Ops, QA', 'Group,User\nQA,jsmith\n"Ops, QA",djones\n'],
    ['QA|Ops', 'Group,User\nQA,jsmith\nQA|Ops,djones\n'],
    ['Q A', 'Group,User\nQA,jsmith\nQ A,djones\n'],
    ['CORP\\qa', 'Group,User\nQA,jsmith\nCORP\\qa,djones\n'],
    ['CN=QA,OU=x', 'Group,User\nQA,jsmith\n"CN=QA,OU=x",djones\n'],
    ['QA,Ops', '[{"Group":"QA","User":"jsmith"},\n\n{"Group":"QA,Ops","User":"djones"}]'],
  ])('is refused where a row may be about that one: %s', async (cell, content) => {
    const stage = await oddStage({ QA: ['djones'] }, PEOPLE);
    const argv = ['sync', '--name=QA', fileOf(content), '--group-column=Group', '--yes'];
    const { code, stderr } = await stage.run(argv);
    expect(code).toBe(2);
    expect(said(stderr)).toBe(
      `groupctl: team.csv, line 3: the column Group holds ${cell}, which is no group, so it is not certain whether the row is about "QA". Write the name of one group in each cell. Nothing was written.\n`,
    );
    expect(stage.members('QA')).toEqual(['djones']);
  });

  it('leaves out the rows of a group that is called nearly so', async () => {
    const stage = await oddStage({ QA: [], 'Q A': [], 'QA, Ops': [] }, PEOPLE);
    const content = 'Group,User\nQA,jsmith\nQ A,djones\n"QA, Ops",mbrown\n';
    const { code, stderr } = await stage.run([
      'add',
      '--name=QA',
      fileOf(content),
      '--group-column=Group',
    ]);
    expect({ code, stderr: said(stderr) }).toEqual({
      code: 0,
      stderr: 'team.csv: 2 rows of other groups are left out (column Group).\n',
    });
    expect(stage.members('QA')).toEqual(['jsmith']);
  });

  it.each([[[]], [['--group-column=Group']]])(
    'is refused for a character in a group that is not seen, with %j',
    async (options) => {
      const stage = await oddStage({ QA: [] }, PEOPLE);
      const content = 'Group,User\nQA,jsmith\nQ\u200bA,djones\n';
      const result = await stage.run(['add', '--name=QA', fileOf(content), ...options]);
      expect({ code: result.code, stderr: said(result.stderr) }).toEqual({
        code: 2,
        stderr:
          'groupctl: team.csv, line 3: the invisible character U+200B in the column Group, so it is not certain which group the row is about. Delete the character. To take every row, use --group-column=none. Nothing was written.\n',
      });
      expect(stage.members('QA')).toEqual([]);
    },
  );

  it.each([
    ['User,Group,MemberOf\njsmith,QA,Ops\n', 'Group', 'MemberOf'],
    ['[\n{"user":"jsmith","groupName":"QA","groups":["Ops"]}]', 'groupName', 'groups'],
  ])('is refused where two columns differ: %j', async (content, one, other) => {
    const stage = await oddStage({ QA: [] }, PEOPLE);
    const result = await stage.run(['add', '--name=QA', fileOf(content)]);
    expect({ code: result.code, stderr: said(result.stderr) }).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line 2: the columns ${one} and ${other} name different groups (QA, Ops). Choose one of them with --group-column=${one} or --group-column=${other}. To take every row, use --group-column=none. Nothing was written.\n`,
    });
    const chosen = ['add', '--name=QA', fileOf(content), `--group-column=${one}`];
    expect(await stage.run(chosen)).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['jsmith']);
  });

  it.each([
    ['User,Group,MemberOf\njsmith,,Ops\n', 'MemberOf', 'Ops'],
    ['User;Gruppe\njsmith;Ops\n', 'Gruppe', 'Ops'],
    ['User;Groupe\njsmith;Ops\n', 'Groupe', 'Ops'],
    ['User;Grupo\njsmith;Ops\n', 'Grupo', 'Ops'],
    ['User;Gruppo\njsmith;Ops\n', 'Gruppo', 'Ops'],
    ['User;Groep\njsmith;Ops\n', 'Groep', 'Ops'],
    ['User;Grupa\njsmith;Ops\n', 'Grupa', 'Ops'],
    ['[{"user":"jsmith","groups":[{"displayName":"Ops"}]}]', 'groups', 'Ops'],
    ['[{"user":"jsmith","group":{"displayName":"Ops"}}]', 'group', 'Ops'],
    ['[{"user":"jsmith","groupId":7}]', 'groupId', '7'],
    ['[{"user":"jsmith","group":"QA"},{"user":"djones","GroupName":"Ops"}]', 'GroupName', 'Ops'],
  ])('is refused by any column of groups: %j', async (content, column, group) => {
    const stage = await oddStage({ QA: [] }, PEOPLE);
    const { code, stderr } = await stage.run(['add', '--name=QA', fileOf(content)]);
    expect(code).toBe(2);
    expect(stderr).toContain(`the column ${column} names another group (${group}), not "QA".`);
    expect(stage.members('QA')).toEqual([]);
  });

  it.each([
    ['{"user":"djones"}', 'no group in the column group, so it is not known which'],
    ['"djones"', 'no group in the column group, so it is not known which'],
    ['{"user":"djones","group":null}', 'no group in the column group, so it is not known which'],
    [
      '{"user":"djones","GroupName":"QA"}',
      'no group in the column group, so it is not known which',
    ],
    [
      '{"user":"djones","group":true}',
      'no name of a group can be read from group, which is true or',
    ],
    ['{"user":"djones","group":{"x":1}}', 'no name of a group can be read from group, which is an'],
  ])('is refused for an element that does not say its group: %s', async (element, message) => {
    const stage = await oddStage({ QA: [] }, PEOPLE);
    const content = fileOf(`[{"user":"jsmith","group":"QA"},\n${element}]`);
    const { code, stderr } = await stage.run(['add', '--name=QA', content, '--group-column=group']);
    expect(code).toBe(2);
    expect(stderr).toContain(`team.csv, line 2: ${message}`);
    expect(stage.members('QA')).toEqual([]);
  });

  it.each(['add', 'sync'])(
    'leaves its own rows to --failures of %s, also of one line',
    async (verb) => {
      const stage = await oddStage({ QA: [], Ops: [] }, PEOPLE);
      const rows = ['Ops', 'QA'].map((group) => ({ user: 'jsmth', group, note: `of ${group}` }));
      const failures = join(temporaryFolder(), 'failed.json');
      const argv = [verb, '--name=QA', '--group-column=group', `--failures=${failures}`];
      const { code } = await stage.run([...argv, fileOf(JSON.stringify(rows), 'w.json')]);
      expect(code).toBe(4);
      const left = JSON.parse(readFileSync(failures, 'utf8')) as unknown;
      expect(left).toMatchObject([{ user: 'jsmth', group: 'QA', note: 'of QA' }]);
      expect(left).toHaveLength(1);
    },
  );

  it('needs a file', async () => {
    const stage = await oddStage({ QA: [] });
    const argv = ['add', '--name=QA', '--member=jsmith', '--group-column=none'];
    expect(await stage.run(argv)).toMatchObject({
      code: 2,
      stderr:
        'groupctl: The option --group-column is about the file of --file, and there is none.\n',
    });
  });

  it('may name it by its slug or id (Infisical)', async () => {
    const fake = new FakeInfisical().addUsers(3);
    const group = fake.addGroup('Quality', [], 'qa-team');
    const { url } = await serve(fake.handler());
    const [one, two, three] = fake.users.map(({ username }) => username);
    const rows = `Group,User\n${group.slug},${one}\n${group.id},${two}\nother,${three}\n`;
    const argv = [...MEMBERS, 'add', `--name=${group.name}`, fileOf(rows), '--group-column=Group'];
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`, '--json'];
    const { stdout, code } = await cli().run([...argv, ...source]);
    expect(code).toBe(0);
    const { outcomes } = JSON.parse(stdout) as { outcomes: { member: string }[] };
    expect(outcomes.map(({ member }) => member)).toEqual([one, two]);
  });
});

describe('rows of two groups of one name', () => {
  /** Two groups of an Infisical server, with one member each. */
  async function twins() {
    const fake = new FakeInfisical();
    for (const username of PEOPLE) fake.addUsers(1, () => ({ username }));
    const one = fake.addGroup('Twins', ['jsmith'], 'twins-one');
    const two = fake.addGroup('Twins', ['mbrown'], 'twins-two');
    const { url } = await serve(fake.handler());
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const run = async (...argv: string[]) => await cli().run([...MEMBERS, ...argv, ...source]);
    return { one, two, run };
  }

  it.each([[[]], [['--group-column=group']]])(
    'are refused where they have only the name, with %j',
    async (options) => {
      const { run } = await twins();
      const all = 'group,member,type\nTwins,jsmith,user\nTwins,mbrown,user\n';
      for (const verb of ['add', 'remove', 'sync']) {
        const result = await run(verb, '--name=twins-two', fileOf(all), ...options);
        expect({ ...result, stderr: said(result.stderr) }).toEqual({
          code: 2,
          stdout: '',
          stderr:
            'groupctl: team.csv, line 2: "Twins" in the column group can mean "Twins [twins-two]" or "Twins [twins-one]". Write the ID of the group there. If every row is about the group of --name, use --group-column=none. Nothing was written.\n',
        });
      }
    },
  );

  it('are taken by the id or the slug of an object', async () => {
    const { one, two, run } = await twins();
    const row = (group: object, user: string): object => ({ group, user });
    const rows = (...keys: ('id' | 'slug')[]): string =>
      JSON.stringify(
        [one, two].map((group, at) =>
          row(
            { name: group.name, ...Object.fromEntries(keys.map((key) => [key, group[key]])) },
            PEOPLE[at] ?? '',
          ),
        ),
      );
    for (const content of [rows('id', 'slug'), rows('id'), rows('slug')]) {
      const argv = ['add', '--name=twins-two', fileOf(content, 'w.json'), '--dry-run'];
      const taken = await run(...argv, '--group-column=group');
      expect({ ...taken, stderr: said(taken.stderr) }).toEqual({
        code: 0,
        stdout: 'Would add djones to Twins.\n',
        stderr: 'w.json: 1 row of another group is left out (column group).\n',
      });
      const refused = await run(...argv);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('names another group (Twins');
    }
    const other = JSON.stringify([row(one, 'djones')]);
    const none = await run('add', '--name=twins-two', fileOf(other), '--group-column=group');
    expect(none.stderr).toContain('has no row of "Twins [twins-two]" in the column "group".');
    const csv = `group,groupId,user\nTwins,${two.id},djones\n`;
    const result = await run('add', '--name=twins-two', fileOf(csv), '--dry-run');
    expect(result).toMatchObject({ code: 0, stdout: 'Would add djones to Twins.\n' });
  });

  it('are refused where the names differ in case', async () => {
    const stage = await oddStage({ QA: [], qa: [] }, PEOPLE);
    const content = 'Group,User\nQA,jsmith\nqa,djones\n';
    const argv = ['add', '--name=QA', fileOf(content), '--group-column=Group'];
    const result = await stage.run(argv);
    expect({ ...result, stderr: said(result.stderr) }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: team.csv, line 2: "QA" in the column Group can mean "QA" or "qa". Make a file of the rows of one group, and use --group-column=none. Nothing was written.\n',
    });
    expect(stage.server.writes()).toEqual([]);
  });
});
