import { describe, expect, it } from 'vitest';
import { add, fileOf, oddStage, ODD_PEOPLE, said } from './odd-stage.ts';

/** Files that are given for a list of members and are something else, or look like it. */

const UTF16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

const ROW_HINT =
  'Save it as CSV with a header (in PowerShell: Export-Csv), or with one name a line. A name that looks like this goes in double quotes. Nothing was written.';

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
      'what "net group" prints',
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
    [
      'columns with |',
      'User|Team\njsmith|QA\n',
      1,
      'User|Team',
      'a table with | between its columns',
    ],
    [
      'Out-File of objects',
      '@{SamAccountName=jsmith}\n',
      1,
      '@{SamAccountName=jsmith}',
      'objects of PowerShell that were written as text',
    ],
    ['getent', 'dev:x:1001:jsmith\n', 1, 'dev:x:1001:jsmith', 'lines of /etc/group or /etc/passwd'],
  ])('a file of %s is refused with its line', async (_, content, line, text, like) => {
    const result = await add(content);
    expect(result).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line ${line}: "${text}" is not a name. The file looks like ${like}. ${/: this is/.test(like) ? 'Delete the line. Nothing was written.' : ROW_HINT}\n`,
      members: [],
    });
    expect(result.stderr).not.toContain('--no-user-check');
  });

  it.each([
    ['jsmith\ndjones,\n', 2, 'djones,', 'a list of quoted or separated names, as a program has it'],
    [
      "lchen\n'jsmith'\n",
      2,
      "'jsmith'",
      'a list of quoted or separated names, as a program has it',
    ],
    [
      '"jsmith",\n"djones"\n',
      1,
      '"jsmith",',
      'a list of quoted or separated names, as a program has it',
    ],
    ['lchen\njsmith, djones\n', 2, 'jsmith, djones', 'several names in one line'],
    ['lchen\njsmith;djones\n', 2, 'jsmith;djones', 'several names in one line'],
  ])(
    'a line that is more than a name, without a check of users: %j',
    async (content, line, text, like) => {
      const name = text.includes('"') ? `'${text}'` : `"${text}"`;
      expect(await add(content, '--no-user-check')).toEqual({
        code: 2,
        stderr: `groupctl: team.csv, line ${line}: ${name} is not a name. The file looks like ${like}. Write one name a line, without quotes and commas. A name that looks like this goes in double quotes. Nothing was written.\n`,
        members: [],
      });
      const quoted = content
        .split('\n')
        .map((each) => (each === text ? JSON.stringify(each) : each));
      const taken = await add(`jsmith\n${quoted.slice(line - 1).join('\n')}`, '--no-user-check');
      expect(taken.members).toContain(text);
    },
  );

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
    const { stderr, ...result } = await add(content);
    expect(result).toEqual({ code: 0, members: ['jsmith', 'djones'] });
    expect(stderr).toMatch(/^team\.csv: line 1, above the header, is skipped: "/);
  });

  it('is named in a note, line by line', async () => {
    const { stderr } = await add(
      'Members of QA, 2026\nAs of;today;x\nUser,Team,Room\njsmith,QA,1\n',
    );
    expect(stderr).toBe(
      'team.csv: line 1, above the header, is skipped: "Members of QA, 2026".\nteam.csv: line 2, above the header, is skipped: "As of;today;x".\n',
    );
  });

  it.each([
    ['jsmith\ndjones\nUser, Test\nSmith, John\n', 1, 'jsmith', 3, 'User, Test'],
    ['jsmith\ndjones\nAccount, Service\nSmith, John\n', 1, 'jsmith', 3, 'Account, Service'],
    ['jsmith\nName;x\nSmith;y\n', 1, 'jsmith', 2, 'Name;x'],
    ['Smith, John\nUser, Test\nDoe, Jane\n', 1, 'Smith, John', 2, 'User, Test'],
    ['John Smith\nUser,Team,Room\njsmith,QA,1\n', 1, 'John Smith', 2, 'User,Team,Room'],
    ['jsmith,QA,1\nlogin,QA,2\ndjones,QA,3\n', 1, 'jsmith,QA,1', 2, 'login,QA,2'],
    ['Members of QA\nUser\njsmith\n', 1, 'Members of QA', 2, 'User'],
    ['version:1\njsmith djones\nUser,Team\nmbrown,QA\n', 1, 'version:1', 3, 'User,Team'],
  ])('is not taken from what may be names: %j', async (content, line, title, at, header) => {
    expect(await add(content)).toEqual({
      code: 2,
      stderr: `groupctl: team.csv, line ${line}: "${title}" may be a title or a name, so it is not certain that line ${at} ("${header}") is the header. If it is the header, delete the lines above it. If the file is a plain list of names, use --format=list. Nothing was written.\n`,
      members: [],
    });
  });

  it.each(['User, Test\nSmith, John\n', 'Account, Service\njsmith\n'])(
    'may be a name of the list itself: %j',
    async (content) => {
      const [first] = content.split('\n');
      expect(await add(content)).toEqual({
        code: 2,
        stderr: `groupctl: team.csv, line 1: "${first}" may be a header or a name. If it is the header, use --format=csv. If the file is a plain list of names, use --format=list. Nothing was written.\n`,
        members: [],
      });
      const csv = await add(content.replace('Smith', 'jsmith'), '--format=csv');
      expect(csv).toMatchObject({ code: 0, members: ['jsmith'] });
      const list = await add(content, '--format=list', '--no-user-check');
      expect(list.members).toContain(first);
    },
  );

  it.each([
    [
      'version:v1.0,,\nFoo,Bar,\nx,y,\n',
      1,
      'version:v1.0,,',
      'no line below it has a column that is known (Member, User, Username, Login, Email, Name)',
    ],
    [
      'Team report\nFoo,Bar\nx,y\n',
      1,
      'Team report',
      'no line below it has a column that is known (Member, User, Username, Login, Email, Name)',
    ],
  ])('is called what it is where no header is certain: %j', async (content, line, title, why) => {
    const { code, stderr } = await add(content);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `groupctl: team.csv, line ${line}: "${title}" is not a header; ${why}. Delete what stands above the header. In a plain list a name that is called like a column goes in double quotes. Nothing was written.\n`,
    );
  });
});

describe('our own results', () => {
  const HINT =
    'To repeat the rows that failed, use --failures. For the members of a group, use "members list --output=csv". Nothing was written.\n';
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
    const stage = await oddStage({ QA: ['mbrown', 'djones', 'jsmith'] }, ODD_PEOPLE);
    const rows = fileOf(`${HEADER}mbrown,mbrown,user,remove,removed,true,,,\n`);
    expect(await stage.run(['remove', '--name=QA', rows])).toMatchObject({ code: 0 });
    const added = fileOf(`${HEADER}mbrown,mbrown,user,add,added,true,,,\n`);
    expect(await stage.run(['add', '--name=QA', added])).toMatchObject({ code: 0 });
    expect(stage.members('QA')).toEqual(['djones', 'jsmith', 'mbrown']);
  });

  it('as one document are no list', async () => {
    const stage = await oddStage({ QA: ['djones'] }, ODD_PEOPLE);
    const done = await stage.run(['add', '--name=QA', '--member=jsmith', '--json']);
    const again = await stage.run(['sync', '--name=QA', fileOf(done.stdout), '--yes']);
    expect(again.code).toBe(2);
    expect(said(again.stderr)).toBe(
      `groupctl: team.csv is the result of a run (--json), not a list of members. ${HINT}`,
    );
  });
});
