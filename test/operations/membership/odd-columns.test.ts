import { describe, expect, it } from 'vitest';
import { add } from './odd-stage.ts';

/** Which column of a file has the names. */

describe('the column with the names', () => {
  it('is that of the login, not what people are called', async () => {
    const result = await add('SamAccountName,Name\njsmith,John Smith\n');
    expect(result).toEqual({
      code: 0,
      stderr: 'team.csv: the names are from the column SamAccountName, not from Name (--column).\n',
      members: ['jsmith'],
    });
    for (const silent of ['--quiet', '--json']) {
      expect(await add('SamAccountName,Name\njsmith,John Smith\n', silent)).toMatchObject({
        code: 0,
        stderr: '',
      });
    }
    expect(await add('SamAccountName,Name\njsmith,John Smith\n', '--column=name')).toMatchObject({
      stderr: '',
      members: ['John Smith'],
    });
  });

  it.each([
    'User',
    'USER_NAME',
    'user-name',
    'Login',
    'Logon Name',
    'sAMAccountName',
    'SAM Account Name',
    'User Principal Name',
    'UPN',
    'Account',
    'account_name',
    'Member',
    'E-Mail',
    'Email Address',
    'mail',
    '\u200bUser',
    'User name [userPrincipalName] Required',
  ])('is known as %j, beside Name, in CSV and in JSON', async (column) => {
    const csv = `Name,${column}\nJohn Smith,jsmith\n`;
    expect(await add(csv)).toMatchObject({ code: 0, members: ['jsmith'] });
    const json = JSON.stringify([{ Name: 'John Smith', [column]: 'jsmith' }]);
    expect(await add(json)).toMatchObject({ code: 0, members: ['jsmith'] });
  });

  it.each([
    ['User,Email\njsmith,jsmith\ndjones,djones@corp.test\n', 3, 'User', 'Email'],
    [
      '[{"user":"jsmith","email":"JSMITH"},\n{"user":"djones","email":"djones@corp.test"}]',
      2,
      'user',
      'email',
    ],
  ])('is asked for where two logins of a row differ: %j', async (content, line, one, other) => {
    expect(await add(content)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line ${line}: the columns ${one} and ${other} hold different names (djones, djones@corp.test). Choose one of them with --column=${one} or --column=${other}. Nothing was written.\n`,
      members: [],
    });
    expect(await add(content, `--column=${one}`)).toMatchObject({
      code: 0,
      members: ['jsmith', 'djones'],
    });
  });

  it.each([
    'UserID',
    'Alias',
    'mailNickname',
    'NT Account',
    'LogonName',
    'Benutzername',
    'Anmeldename',
    "Nom d'utilisateur",
    'Identifiant',
    'Nombre de usuario',
    'Correo electrónico',
    'Nome utente',
    'Gebruikersnaam',
    'Nazwa użytkownika',
    'Email Address [Required]',
    'PrimarySmtpAddress',
  ])('is known as %s', async (column) => {
    const content = `Id,Name,${column}\n7,John Smith,jsmith\n`;
    expect(await add(content)).toMatchObject({ code: 0, members: ['jsmith'] });
  });

  it('is noted where it is what people are called', async () => {
    expect(await add('Name,Team\nJohn Smith,QA\n')).toEqual({
      code: 0,
      stderr: 'team.csv: the names are from the column Name, not from Team (--column).\n',
      members: ['John Smith'],
    });
    const json = await add('[{"name":"John Smith","team":"QA"}]');
    expect(json.stderr).toContain('the names are from the column name, not from team (--column)');
  });

  it.each([
    [
      'Kürzel;Name\njsmith;John Smith\ndjones;D. Jones\n',
      'the column Name holds what people are called, and Kürzel may hold their logins. Choose the column with --column=Name or --column="Kürzel".',
    ],
    [
      '[{"name":"John Smith","key":"jsmith"}]',
      'the column name holds what people are called, and key may hold their logins. Choose the column with --column=name or --column=key.',
    ],
    [
      'Vorname;Name\nJohn;jsmith\n',
      'the column Name, beside Vorname, holds what people are called, and no column is known to hold logins. Choose the column with --column=Name.',
    ],
    [
      'DistinguishedName,Name\n"CN=jsmith,OU=x",jsmith\n',
      'the column Name, beside DistinguishedName, holds what people are called, and no column is known to hold logins. Choose the column with --column=Name.',
    ],
  ])('is asked for where another may hold the logins: %j', async (content, message) => {
    expect(await add(content)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line 1: ${message} Nothing was written.\n`,
      members: [],
    });
    const column = content.startsWith('[') ? 'name' : 'Name';
    expect(await add(content, `--column=${column}`, '--no-user-check')).toMatchObject({ code: 0 });
  });

  it('is asked for where two are called so in other cases', async () => {
    const content = 'Login,login\njsmith,djones\n';
    expect(await add(content, '--column=LOGIN')).toEqual({
      code: 2,
      stderr:
        'groupctl: team.csv, line 1: LOGIN can mean the columns Login and login. Type the column as the file spells it. Nothing was written.\n',
      members: [],
    });
    expect(await add(content, '--column=login')).toMatchObject({ members: ['djones'] });
  });

  it('does not change from one element to the next', async () => {
    const { code, stderr } = await add('[{"user":"jsmith"},\n{"name":"John Smith"}]');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'groupctl: team.csv, line 2: no user, which other elements have. Nothing was written.\n',
    );
    const empty = await add('[{"userPrincipalName":null,"name":"John Smith"}]');
    expect(empty).toMatchObject({ code: 2, members: [] });
    expect(empty.stderr).toContain('userPrincipalName is empty, but other values are not');
  });
});
