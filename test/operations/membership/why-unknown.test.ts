import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN, uuid } from '../../backends/infisical/fake.ts';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { jsonError, MEMBERS } from '../../commands/helpers.ts';
import { fileOf, oddStage, said } from './odd-stage.ts';

/** What is said of a name that nobody has; nothing is ever done about it. */

const PEOPLE = ['jsmith', 'djones', 'CORP\\akhan', "O'Brien", 'anne-marie', 'John Smith'];
const NO_CHECK =
  'A directory account (AD, LDAP) is not in the list of users: add it with --no-user-check. ';
const SKIP = 'To leave unknown names out, use --skip-unknown.';

async function add(...argv: string[]): Promise<{ code: number; stderr: string }> {
  const stage = await oddStage({ QA: [], Dev: ['CORP\\akhan'] }, PEOPLE);
  const { code, stderr } = await stage.run(['add', '--name=QA', ...argv]);
  expect(stage.members('QA')).toEqual([]);
  return { code, stderr: said(stderr) };
}

describe('a typed name', () => {
  it.each([
    [
      'jsmith,djones',
      '"jsmith,djones" holds two names: jsmith and djones.',
      '--member=jsmith --member=djones',
    ],
    [
      'jsmith; John Smith',
      '"jsmith; John Smith" holds two names: jsmith and John Smith.',
      '--member=jsmith --member="John Smith"',
    ],
    [
      'jsmith,djones,CORP\\akhan',
      '"jsmith,djones,CORP\\akhan" holds three names: jsmith, djones and CORP\\akhan.',
      '--member=jsmith --member=djones --member="CORP\\akhan"',
    ],
  ])('that holds several is to be typed one by one: %s', async (typed, message, options) => {
    const result = await add(`--member=${typed}`);
    expect(result.code).toBe(4);
    expect(result.stderr).toBe(
      `groupctl: ${message}\nHint: To name several members, repeat the option: ${options}.\n`,
    );
  });

  it('with a comma that nobody has gets the same advice', async () => {
    const { stderr } = await add('--member=jsmith,zzz');
    expect(stderr).toContain('There is no user named "jsmith,zzz".');
    expect(stderr).toContain('repeat the option: --member=jsmith --member=zzz');
  });

  it('with a comma that somebody has is that name', async () => {
    const stage = await oddStage({ QA: [] }, ['Smith, John', 'Smith', 'John']);
    expect(await stage.run(['add', '--name=QA', '--member=Smith, John'])).toMatchObject({
      code: 0,
    });
    expect(stage.members('QA')).toEqual(['Smith, John']);
  });

  it.each([
    ['jsmith@corp.test', 'jsmith'],
    ['CORP\\jsmith', 'jsmith'],
    ['corp/JSmith', 'jsmith'],
    ['akhan', 'CORP\\akhan'],
    ['akhan@corp.test', 'CORP\\akhan'],
    ['John <jsmith@corp.test>', 'jsmith'],
  ])('of an account in another notation leads to the account: %s', async (typed, account) => {
    const { code, stderr } = await add(`--member=${typed}`);
    expect(code).toBe(4);
    expect(stderr).toContain(`There is no user named "${typed}". Did you mean ${account}?`);
  });

  it.each([
    ['O\u2019Brien', 'a typographic character: curly quote (\u2019)', "O'Brien"],
    ['anne\u2013marie', 'a typographic character: en dash (\u2013)', 'anne-marie'],
    ['anne\u2014marie', 'a typographic character: em dash (\u2014)', 'anne-marie'],
  ])('with a typographic character hears its name: %s', async (typed, what, near) => {
    const { code, stderr } = await add(`--member=${typed}`);
    expect(code).toBe(4);
    expect(stderr).toBe(
      `groupctl: There is no user named "${typed}". The name has ${what}. Did you mean ${near}?\n`,
    );
  });

  it('with such a character that somebody has is that name', async () => {
    const stage = await oddStage({ QA: [] }, ['O\u2019Brien', "O'Brien"]);
    const argv = ['add', '--name=QA', '--member=O\u2019Brien'];
    expect(await stage.run(argv)).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['O\u2019Brien']);
  });

  it.each([
    [
      '\u201cdjones\u201d',
      'the name \u201cdjones\u201d is in curly quotes, which a word processor puts there',
    ],
    [
      'Jos\u251c\u00ae',
      'the box-drawing character \u251c (a sign that the text was read in the wrong code page) in the name Jos\u251c\u00ae',
    ],
  ])('that can be no name is refused before anybody is asked: %s', async (typed, why) => {
    for (const check of [[], ['--no-user-check']]) {
      const { code, stderr } = await add(`--member=${typed}`, ...check);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `groupctl: --member: ${why}. Type it again. Nothing was written.\n`,
      });
    }
  });

  it('that is a distinguished name is called that, and no unchecked addition is advised', async () => {
    const { code, stderr } = await add('--member=CN=John Smith,OU=Users,DC=corp,DC=test');
    expect(code).toBe(4);
    expect(stderr).toContain('A distinguished name is not a user name.');
    expect(stderr).not.toContain('--no-user-check');
  });

  it('that is only unknown may be a directory account', async () => {
    expect(await add('--member=zzz')).toEqual({
      code: 4,
      stderr: `groupctl: There is no user named "zzz".\nHint: ${NO_CHECK.trim()}\n`,
    });
  });
});

describe('a row of a file', () => {
  it.each([
    ['User\n"jsmith, djones"\n', 2],
    ['["jsmith, djones"]', 1],
    ['"jsmith, djones"\n', 1],
  ])('that holds two names is named: %j', async (content, line) => {
    const { code, stderr } = await add(fileOf(content));
    expect(code).toBe(4);
    expect(stderr).toBe(
      `groupctl: team.csv, line ${line}: The cell "jsmith, djones" holds two names: jsmith and djones.\nHint: Give each name a row of its own.\n`,
    );
    expect(stderr).not.toContain('--no-user-check');
  });

  it('that is the header of a list is called that, and no unchecked addition is advised', async () => {
    const list = fileOf('Employee\njsmith\ndjones\n');
    expect(await add(list)).toEqual({
      code: 4,
      stderr: `groupctl: Nothing was written to QA: team.csv, line 1: There is no user named "Employee".\nHint: If line 1 is a header, use --column=Employee. ${SKIP}\n`,
    });
    // A name that is no word may be anything.
    expect((await add(fileOf('CORP\\x\njsmith\n'))).stderr).toContain('--no-user-check');
    expect((await add(fileOf('["zzz","jsmith"]'))).stderr).toContain('--no-user-check');
  });

  it('that is a distinguished name is called that, of several as well', async () => {
    const { stderr } = await add(fileOf('"CN=A,DC=corp"\n"CN=B,DC=corp"\n'));
    expect(stderr).toContain(`Hint: A distinguished name is not a user name. ${SKIP}`);
  });

  it('in curly quotes is refused with its line', async () => {
    expect(await add(fileOf('User\njsmith\n\u201cdjones\u201d\n'))).toEqual({
      code: 2,
      stderr:
        'groupctl: team.csv, line 3: the name \u201cdjones\u201d is in curly quotes, which a word processor puts there. Delete the quotes. Nothing was written.\n',
    });
  });

  it('read in the wrong code page is refused with its line', async () => {
    const { code, stderr } = await add(fileOf('User\nJos\u251c\u00ae\n'));
    expect(code).toBe(2);
    expect(stderr).toContain('team.csv, line 2: the box-drawing character \u251c');
  });
});

describe('on Infisical', () => {
  it('an e-mail address is called that, and leads to its account', async () => {
    const fake = new FakeInfisical();
    fake.addUsers(1, () => ({ username: 'john.smith', email: 'jsmith@corp.test' }));
    fake.addGroup('QA');
    const { url } = await serve(fake.handler());
    const argv = [...MEMBERS, 'add', '--name=QA', '--member=JSmith@corp.test', `--source=${url}`];
    const result = await cli().run([...argv, '--kind=infisical', `--api-key=${TOKEN}`, '--json']);
    expect(result.code).toBe(4);
    expect(jsonError(result.stderr)).toMatchObject({
      message:
        'There is no user named "JSmith@corp.test". On Infisical a user name may differ from the e-mail address. Did you mean john.smith?',
      details: { near: ['john.smith'] },
    });
  });

  it('an e-mail address near a user name is taken for a misspelled user name', async () => {
    const fake = new FakeInfisical();
    fake.addUsers(1, () => ({ username: 'john.smith@corp.test' }));
    fake.addGroup('QA');
    const { url } = await serve(fake.handler());
    const argv = [...MEMBERS, 'add', '--name=QA', '--member=jon.smith@corp.test'];
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`, '--json'];
    const result = await cli().run([...argv, ...source]);
    expect(jsonError(result.stderr)).toMatchObject({
      message: 'There is no user named "jon.smith@corp.test". Did you mean john.smith@corp.test?',
    });
  });

  it('the id of a machine identity is called that, with the options that say so', async () => {
    const fake = new FakeInfisical();
    fake.addUsers(1);
    fake.addGroup('QA');
    const { url } = await serve(fake.handler());
    const argv = [...MEMBERS, 'add', '--name=QA', '--file=-', `--source=${url}`];
    const stdin = `${uuid(77)}\n`;
    const source = ['--kind=infisical', `--api-key=${TOKEN}`, '--json'];
    const result = await cli().run([...argv, ...source], { stdin });
    expect(result.code).toBe(4);
    expect(jsonError(result.stderr)).toMatchObject({
      message: `standard input, line 1: There is no user named "${uuid(77)}". It looks like the id of a machine identity.`,
      hint: 'To name machine identities, use --identity, or a file that says their type ("members list --output=csv").',
    });
  });

  it('an account that is called by its address is found by the part before the @', async () => {
    const fake = new FakeInfisical();
    fake.addUsers(150).addUsers(1, () => ({ username: 'jsmith@corp.test' }));
    fake.addGroup('QA');
    const { url } = await serve(fake.handler());
    const argv = [...MEMBERS, 'add', '--name=QA', '--member=CORP\\jsmith', `--source=${url}`];
    const result = await cli().run([...argv, '--kind=infisical', `--api-key=${TOKEN}`]);
    expect(result.stderr).toContain('Did you mean jsmith@corp.test?');
  });
});
