import { describe, expect, it } from 'vitest';
import { fileOf, oddStage, said } from './odd-stage.ts';

/** Files that are given for a list of members and are something else, or look like it. */

const PEOPLE = ['jsmith', 'djones', 'mbrown', 'CORP\\akhan', 'CORP\\pdiaz', 'John Smith'];
const UTF16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Adds the names of a file to an empty group QA. */
async function add(
  content: string | Buffer,
  ...argv: string[]
): Promise<{ code: number; stderr: string; members: readonly string[] }> {
  const stage = await oddStage({ QA: [], Administrators: [] }, PEOPLE);
  const { code, stderr } = await stage.run(['add', '--name=QA', fileOf(content), ...argv]);
  return { code, stderr: said(stderr), members: stage.members('QA') };
}

const ROW_HINT =
  'Save it as CSV with a header (in PowerShell: Export-Csv), or with one name a line. A name that looks like this goes in double quotes. Nothing was done.';

describe('what is no list of names is refused, and said what it looks like', () => {
  const TABLE = 'a table that was printed for people';
  it.each([
    [
      'a table of PowerShell (Format-Table), in UTF-16',
      UTF16('LogonName\r\n---------\r\nCORP\\akhan\r\nCORP\\pdiaz\r\n\r\n'),
      2,
      '---------',
      TABLE,
    ],
    [
      'the same with two columns',
      '\nname       SamAccountName\n----       --------------\nJohn Smith jsmith\n\n',
      2,
      'name       SamAccountName',
      TABLE,
    ],
    [
      'an import template with its example',
      'Member object ID or user principal name [memberObjectIdOrUpn] Required\nExample: 7d1c44aa-0b1e-4a55-9a0f-8f2b6d3c1e00\nCORP\\akhan\nCORP\\pdiaz\n',
      2,
      'Example: 7d1c44aa-0b1e-4a55-9a0f-8f2b6d3c1e00',
      'an import template: this is its line with an example',
    ],
    [
      'psql',
      ' user   | team \n--------+------\n jsmith | QA\n(1 row)\n',
      1,
      'user   | team',
      TABLE,
    ],
    ['the end of a result', 'jsmith\ndjones\n(2 rows)\n', 3, '(2 rows)', TABLE],
    ['the same in a CSV file', 'User\njsmith\n(1 row)\n', 3, '(1 row)', TABLE],
    [
      'mysql',
      '+--------+\n| user   |\n+--------+\n| jsmith |\n+--------+\n',
      1,
      '+--------+',
      TABLE,
    ],
    [
      'Markdown',
      '| User | Team |\n|---|---|\n| jsmith | QA |\n',
      1,
      '| User | Team |',
      'a table in Markdown',
    ],
    ['HTML', '<table>\n<tr><td>jsmith</td></tr>\n', 1, '<table>', 'an HTML or XML page'],
    [
      'HTML of another kind',
      '<!DOCTYPE html>\n<html lang="en">\n',
      1,
      '<!DOCTYPE html>',
      'an HTML or XML page',
    ],
    ['HTML in a column', 'User\n<td>jsmith</td>\n', 2, '<td>jsmith</td>', 'an HTML or XML page'],
    [
      'LDIF',
      'dn: CN=John Smith,OU=Users,DC=corp,DC=test\nsAMAccountName: jsmith\n',
      1,
      'dn: CN=John Smith,OU=Users,DC=corp,DC=test',
      'a list of properties (LDIF, or Format-List of PowerShell)',
    ],
    [
      'Get-ADGroupMember',
      '\r\ndistinguishedName : CN=John Smith,DC=corp,DC=test\r\nname              : John Smith\r\n',
      2,
      'distinguishedName : CN=John Smith,DC=corp,DC=test',
      'a list of properties (LDIF, or Format-List of PowerShell)',
    ],
    [
      'net group',
      'Group name     Developers\nComment\n\nMembers\n\n----------------------------\njsmith                   djones\nThe command completed successfully.\n',
      1,
      'Group name     Developers',
      TABLE,
    ],
    ['bullets', '- jsmith\n- djones\n', 1, '- jsmith', 'a list with bullets'],
    ['numbers', '1. jsmith\n2. djones\n', 1, '1. jsmith', 'a numbered list'],
    ['YAML', 'members:\n  - jsmith\n', 1, 'members:', 'a list under a heading'],
    [
      'our own list of groups',
      'QA (members: 3)\n',
      1,
      'QA (members: 3)',
      'what "security groups list" prints',
    ],
    ['our own list on a terminal', 'jsmith\n1 member in QA\n', 2, '1 member in QA', TABLE],
    ['a heading', 'QA team:\njsmith\n', 1, 'QA team:', 'a list under a heading'],
    [
      'two files in one',
      'User,Team\njsmith,QA\nUser,Team\ndjones,QA\n',
      3,
      'User',
      'several files in one: this is a header again',
    ],
    ['getent', 'dev:x:1001:jsmith\n', 1, 'dev:x:1001:jsmith', 'lines of /etc/group or /etc/passwd'],
  ])('a file of %s is refused with its line', async (_, content, line, text, like) => {
    const result = await add(content);
    expect(result).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line ${line}: "${text}" is not a name. The file looks like ${like}. ${/: this is/.test(like) ? 'Delete the line. Nothing was done.' : ROW_HINT}\n`,
      members: [],
    });
    expect(result.stderr).not.toContain('--no-user-check');
  });

  it('and a name that looks like that is taken in double quotes', async () => {
    const stage = await oddStage({ QA: [] }, ['a: b', '-----', '(2 rows)', '- x', 'Example: y']);
    const list = fileOf('"a: b"\n"-----"\n"(2 rows)"\n"- x"\n"Example: y"\n');
    expect(await stage.run(['add', '--name=QA', list])).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['a: b', '-----', '(2 rows)', '- x', 'Example: y']);
  });
});

describe('a title above the header', () => {
  it.each([
    [
      'a version line',
      'version:v1.0,,\nUser name [userPrincipalName] Required,Note,\njsmith,x,\ndjones,y,\n',
    ],
    [
      'a version line over one column',
      'version:v1.0\nMember object ID or user principal name [memberObjectIdOrUpn] Required\njsmith\ndjones\n',
    ],
    [
      'a title of a spreadsheet',
      '\ufeffTeam of QA;;\r\n;;\r\nUser;Team;Mail address of the boss\r\njsmith;QA;\r\ndjones;QA;x\r\n',
    ],
    ['a title without cells', 'Members of QA, 2026\nUser,Team,Room\njsmith,QA,1\ndjones,QA,2\n'],
    [
      'titles of another width',
      'Exported by;John Smith\nOn;2026-07-01;by;hand\nUser;Team;Room\njsmith;QA;1\ndjones;QA;2\n',
    ],
  ])('is skipped: %s', async (_, content) => {
    expect(await add(content)).toMatchObject({ code: 0, members: ['jsmith', 'djones'] });
  });

  it.each([
    [
      'version:v1.0,,\nFoo,Bar,\nx,y,\n',
      1,
      'version:v1.0,,',
      'no line below it has a column that is known (User, Username, Login, Email, Member, Name)',
    ],
    [
      'Team report\nFoo,Bar\nx,y\n',
      1,
      'Team report',
      'no line below it has a column that is known (User, Username, Login, Email, Member, Name)',
    ],
    ['Members of QA\nUser\njsmith\n', 1, 'Members of QA', 'line 2 looks like one'],
    ['jsmith,QA\nlogin,QA\n', 1, 'jsmith,QA', 'line 2 looks like one'],
  ])('is called what it is where no header is certain: %j', async (content, line, title, why) => {
    const { code, stderr } = await add(content);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `groupctl: team.csv, line ${line}: "${title}" is not a header; ${why}. Delete what stands above the header. In a plain list a name that is called like a column goes in double quotes. Nothing was done.\n`,
    );
  });
});

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
      stderr: `groupctl: team.csv, line ${line}: the columns ${one} and ${other} hold different names (djones, djones@corp.test). Choose one of them with --column=${one} or --column=${other}. Nothing was done.\n`,
      members: [],
    });
    expect(await add(content, `--column=${one}`)).toMatchObject({
      code: 0,
      members: ['jsmith', 'djones'],
    });
  });

  it('does not change from one element to the next', async () => {
    const { code, stderr } = await add('[{"user":"jsmith"},\n{"name":"John Smith"}]');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'groupctl: team.csv, line 2: no user, which other elements have. Nothing was done.\n',
    );
    const empty = await add('[{"userPrincipalName":null,"name":"John Smith"}]');
    expect(empty).toMatchObject({ code: 2, members: [] });
    expect(empty.stderr).toContain('userPrincipalName is empty, but other values are not');
  });
});

describe('JSON', () => {
  it.each([
    ['one object a line', '{"username":"jsmith"}\n{"username":"djones"}\n'],
    [
      'one object a line, with blank lines',
      '\r\n{"username":"jsmith"}\r\n\r\n{"username":"djones"}',
    ],
    [
      'an answer of a directory',
      '{"@odata.context":"x","value":[{"userPrincipalName":"jsmith"},\n{"userPrincipalName":"djones"}]}',
    ],
    [
      'of az ad group member list',
      '[{"displayName":"John Smith","mail":null,"userPrincipalName":"jsmith","id":"1"},{"displayName":"D","userPrincipalName":"djones","id":"2"}]',
    ],
  ])('is read: %s', async (_, content) => {
    expect(await add(content)).toMatchObject({ code: 0, members: ['jsmith', 'djones'] });
  });

  it('of a single object is read, as PowerShell writes a list of one', async () => {
    expect(await add('{\n  "SamAccountName": "jsmith",\n  "Name": "John Smith"\n}')).toMatchObject({
      code: 0,
      members: ['jsmith'],
    });
  });

  it('of a group is no member', async () => {
    const { code, stderr } = await add('{"name":"Administrators","users":["jsmith"]}');
    expect(code).toBe(2);
    expect(stderr).toContain('is JSON, but no array of names or objects');
  });

  it('says the line of what is wrong in any of these', async () => {
    for (const [content, line] of [
      ['{"username":"jsmith"}\n{"username":7}\n', 2],
      ['{"x":[1],"value":["jsmith",\n"1.16E+20"]}', 2],
      ['{"username":"jsmith"}\n{"username":\n', 2],
    ] as const) {
      expect((await add(content)).stderr).toContain(`team.csv, line ${line}: `);
    }
  });

  it('of one page of several is refused: the others would be removed', async () => {
    const page = '{"@odata.nextLink":"https://x/?$skip=100","value":["jsmith"]}';
    expect(await add(page)).toEqual({
      code: 2,
      stderr:
        'groupctl: team.csv is one page of a list, and more follow (@odata.nextLink). Fetch all pages, and put them into one array. Nothing was done.\n',
      members: [],
    });
  });
});

describe('our own results', () => {
  const HINT =
    'To repeat the rows that failed, use --failures. For the members of a group, use "members list --output=csv". Nothing was done.\n';
  const HEADER = 'member,requested,type,op,outcome,verified,error,file,line\n';

  it.each([
    ['mbrown,mbrown,user,remove,removed,true,,,', 'remove, removed'],
    ['mbrown,mbrown,user,remove,planned,true,,,', 'remove, planned'],
    ['mbrown,mbrown,user,remove,already-absent,true,,,', 'remove, already-absent'],
  ])('do not add who was removed: %s', async (row, words) => {
    const text = `${HEADER}jsmith,jsmith,user,add,added,true,,team.csv,2\n${row}\n`;
    expect(await add(text)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line 3: the row of mbrown tells of a removal (${words}), so it is not added. ${HINT}`,
      members: [],
    });
    const [, member] = [0, 'mbrown'];
    const [op, outcome] = words.split(', ');
    const json = await add(JSON.stringify([{ member, op, outcome }]));
    expect(json).toMatchObject({ code: 2, members: [] });
    expect(json.stderr).toContain(`tells of a removal (${words})`);
  });

  it('can be used to remove, and to add who was added', async () => {
    const stage = await oddStage({ QA: ['mbrown', 'djones', 'jsmith'] }, PEOPLE);
    const rows = fileOf(`${HEADER}mbrown,mbrown,user,remove,removed,true,,,\n`);
    expect(await stage.run(['remove', '--name=QA', rows])).toMatchObject({ code: 0 });
    const added = fileOf(`${HEADER}mbrown,mbrown,user,add,added,true,,,\n`);
    expect(await stage.run(['add', '--name=QA', added])).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['djones', 'jsmith', 'mbrown']);
  });

  it('as one document are no list', async () => {
    const stage = await oddStage({ QA: ['djones'] }, PEOPLE);
    const done = await stage.run(['add', '--name=QA', '--member=jsmith', '--json']);
    const again = await stage.run(['sync', '--name=QA', fileOf(done.stdout), '--yes']);
    expect(again.code).toBe(2);
    expect(said(again.stderr)).toBe(
      `groupctl: team.csv is the result of a run (--json), not a list of members. ${HINT}`,
    );
  });
});
