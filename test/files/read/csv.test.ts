import { describe, expect, it } from 'vitest';
import { failure, lines, names, read } from '../helpers.ts';

describe('a CSV file', () => {
  it('of the vendor is read as it is', async () => {
    const file = await read('User\nJohn Smith\njsmith\n');
    expect(file).toMatchObject({
      file: 'standard input',
      format: 'csv',
      hasTypes: false,
      column: 'User',
      rows: [
        { name: 'John Smith', row: { file: 'standard input', line: 2 } },
        { name: 'jsmith', row: { file: 'standard input', line: 3 } },
      ],
    });
  });

  it.each(['User', 'USERNAME', 'name', ' Member ', 'eMail', '"Email"'])(
    'knows the column %s',
    async (header) => {
      // A program that quotes one cell quotes them all.
      const name = header.startsWith('"') ? '"jsmith"' : 'jsmith';
      expect(await names(`${header}\n${name}\n`)).toEqual(['jsmith']);
      expect(await names(`Id,${header},Team\n7,jsmith,QA\n`)).toEqual(['jsmith']);
    },
  );

  it.each([
    ['Email,Name,Username,User,Member', 'Member'],
    ['Email,Name,Username,User', 'User'],
    ['Email,Name,Username', 'Username'],
    ['Email,Name', 'Email'],
    ['Team,Name', 'Name'],
    ['Id,Email', 'Email'],
  ])('of several takes one: %s', async (header, column) => {
    const cells = header.split(',').map((each) => (each === 'Name' ? 'John Smith' : 'jsmith'));
    const file = await read(`${header}\n${cells.join()}\n`);
    expect(file.column).toBe(column);
    expect(file.rows.map(({ name }) => name)).toEqual([
      column === 'Name' ? 'John Smith' : 'jsmith',
    ]);
  });

  it('of our own comes back', async () => {
    expect(await lines('member,type\nJohn Smith,user\n1f0c,identity\n')).toEqual([
      '2 John Smith (user)',
      '3 1f0c (identity)',
    ]);
    const change = 'member,requested,type,op,outcome,verified,error\n';
    expect(await lines(`${change}jsmith,JSMITH,user,add,added,true,\n`)).toEqual([
      '2 jsmith (user)',
    ]);
  });

  it('takes another column in any case, and to the letter first', async () => {
    const text = 'User,Login,login\na,b,c\n';
    expect(await names(text, { column: 'Login' })).toEqual(['b']);
    expect(await names(text, { column: 'login' })).toEqual(['c']);
    expect(await names('User,Login\na,b\n', { column: ' LOGIN ' })).toEqual(['b']);
    expect(await names('Login\nb\n', { column: 'login' })).toEqual(['b']);
    expect(await names('User,Größe\na,b\n', { column: 'GRÖßE' })).toEqual(['b']);
  });

  it.each([
    [',', 'Team,User\nQA;1,jsmith\n'],
    [';', 'Team;User\nQA,1;jsmith\n'],
    ['\t', 'Team\tUser\nQA,1;2\tjsmith\n'],
    [';', 'Team, old;User\n"QA;1";jsmith\n'],
    [',', '"Team;x;y;z",User\nQA,jsmith\n'],
  ])('is delimited by %j', async (delimiter, text) => {
    const file = await read(text);
    expect(file.rows.map(({ name }) => name)).toEqual(['jsmith']);
    expect(file.csv?.delimiter).toBe(delimiter);
  });

  it.each([
    ['sep=;\r\nTeam;User\r\nQA;jsmith\r\n', ['3 jsmith']],
    ['"sep=,",\nTeam,User\nQA,jsmith\n', ['3 jsmith']],
    ['SEP=|\nTeam|User\nQA|jsmith\n', ['3 jsmith']],
    ['sep=\t\nTeam\tUser\nQA\tjsmith\n', ['3 jsmith']],
    ['sep=;\n\nUser\nSmith, John\n', ['4 Smith, John']],
  ])('may name its delimiter: %j', async (text, expected) => {
    expect(await lines(text)).toEqual(expected);
  });

  it.each(['', ',Outcome,Error'])(
    'may be what members list --long --output=csv prints: %j',
    async (more) => {
      const text = `member,type,name,email${more}\nzoe,user,Zoë Müller,zoe.m@a.example\n" 2c4",identity,bot,\n`;
      const { rows } = await read(text);
      expect(rows.map(({ name, type }) => [name, type])).toEqual([
        ['zoe', 'user'],
        [' 2c4', 'identity'],
      ]);
    },
  );

  it.each(['\n', '\r\n', '\r'])('ends its lines with %j', async (end) => {
    const text = ['User,Team', 'a,QA', '', '"b","two', 'lines"', ' ,"" ', 'c,QA'].join(end);
    expect(await lines(text)).toEqual(['2 a', '4 b', '7 c']);
    expect(await lines(`${text}${end}${end}`)).toEqual(['2 a', '4 b', '7 c']);
  });

  it('ends its lines in several ways at once', async () => {
    expect(await lines('User\r\na\nb\rc\r\n\r\nd')).toEqual(['2 a', '3 b', '4 c', '6 d']);
  });

  it('has quotes, doubled quotes and blanks around both', async () => {
    const text = 'User , Team\n"Smith, John",QA\n "O""Neil" , QA\n  Jürgen Groß\u00a0,QA\n';
    expect(await names(text)).toEqual(['Smith, John', 'O"Neil', 'Jürgen Groß']);
  });

  it('has names of every script, and keeps how they are written', async () => {
    const all = [
      'Zoë',
      'Zoe\u0308',
      '山田太郎',
      'Ольга',
      'علی\u200cرضا',
      '👩‍💻',
      'CORP\\akhan',
      '-dash',
      '=x',
    ];
    expect(await names(`User\n${all.join('\n')}\n`)).toEqual(all);
  });

  it('keeps duplicates', async () => {
    expect(await lines('User\na\nA\na\n')).toEqual(['2 a', '3 A', '4 a']);
  });

  it('may have comments and blank lines above its header, and none below', async () => {
    expect(await lines('\n# User, to be added\n\nUser,Team\n#1,QA\n')).toEqual(['5 #1']);
    expect(await names('#,User\n1,jsmith\n')).toEqual(['jsmith']);
  });

  it('is read in a moment, whatever is long in it', async () => {
    const column = `a${' '.repeat(300_000)}b`;
    expect(await names(`User,${column}\njsmith,QA\n`)).toEqual(['jsmith']);
    const cell = `@{${'='.repeat(500_000)}`;
    expect(await failure(`User\n${cell}\n`)).toMatchObject({ code: 'bad-name' });
    const title = `${'a, '.repeat(60)};b`;
    expect(await names(`${title}\nUser;Team;Phone\njsmith;QA;x\n`)).toEqual(['jsmith']);
  });

  it('may have more than 64 KiB of comments above its header', async () => {
    const text = `${'# c\n'.repeat(30_000)}User,Team\na1,QA\n`;
    expect(await lines(text)).toEqual(['30002 a1']);
    expect(await lines(text.replaceAll('\n', '\r\n'))).toEqual(['30002 a1']);
    expect(await names(`${'# c\n'.repeat(30_000)}a1\n`)).toEqual(['a1']);
    const long = `${'# c\n'.repeat(300_000)}User,Team\na1,QA\n`;
    expect(await failure(long)).toMatchObject({
      code: 'no-header',
      text: 'standard input begins with more than 1 MiB of comments. Delete them. If it is a plain list of names, use --format=list. Nothing was written.',
    });
  });

  it('of users has their accounts, whatever their e-mail addresses are', async () => {
    const text = 'name,displayName,email\njsmith,John Smith,john@corp.example\nbot,,\n';
    expect(await names(text)).toEqual(['jsmith', 'bot']);
    // So have the rows of it that were not done, and what "users show" prints.
    for (const more of [',Outcome,Error', ',groups', ',groups,Outcome,Error']) {
      const header = `name,displayName,email${more}`;
      expect(await names(`${header}\njsmith,John Smith,john@corp.example\n`)).toEqual(['jsmith']);
    }
  });

  it('of groups is no file of members', async () => {
    expect(await failure('name,id,slug,memberCount\nQA,,,2\n')).toMatchObject({
      code: 'not-names',
      text: 'standard input, line 1: "name,id,slug,memberCount" is not a name. The file looks like a list of groups, as "security groups list --output=csv" prints it. For a list of members, use "security groups members list --output=csv". Nothing was written.',
    });
  });

  it('may have empty cells too many, and too few after the name', async () => {
    expect(await names('User,Team,Mail\na,QA,,,,\nb\nc,QA\n')).toEqual(['a', 'b', 'c']);
    expect(await names('User,,\na,,\n')).toEqual(['a']);
  });

  it('keeps the cells of its rows only when asked', async () => {
    const text = 'Team,User\nQA,a\n';
    expect((await read(text)).rows).toEqual([
      { name: 'a', row: { file: 'standard input', line: 2 } },
    ]);
    expect((await read(text, { keepRecords: true })).rows).toEqual([
      { name: 'a', row: { file: 'standard input', line: 2 }, record: ['QA', 'a'] },
    ]);
  });

  it('says the types of members', async () => {
    const file = await read('TYPE,User\nUser,a\n identity ,b\n,c\n');
    expect(file.hasTypes).toBe(true);
    expect(file.rows.map(({ type }) => type)).toEqual(['user', 'identity', undefined]);
  });
});

describe('a CSV file is refused', () => {
  const bad = (text: string): object => ({ code: 'bad-row', exit: 2, text });
  const place = 'standard input, line';
  const UNCLOSED =
    'Put a quote (") at the end of the cell, or quote it whole and double the quotes in it. Nothing was written.';
  const TYPE =
    'Write user, identity or nothing there; if the column is about something else, rename it. Nothing was written.';

  it.each([
    [
      'User,Team\na,QA\nb,QA,x\n',
      `${place} 3: 3 cells, and the header has 2; a cell that holds "," has to be quoted. Nothing was written.`,
    ],
    [
      'User\nSmith, John\n',
      `${place} 2: 2 cells, and the header has 1; a cell that holds "," has to be quoted. Nothing was written.`,
    ],
    [
      'Team\tUser\nQA\ta\tb\n',
      `${place} 2: 3 cells, and the header has 2; a cell that holds a tab has to be quoted. Nothing was written.`,
    ],
    [
      'Id,Team,User\n7\n',
      `${place} 2: 1 cell, and the name is in cell 3 (User). Nothing was written.`,
    ],
    [
      'Id,User\n7,\n',
      `${place} 2: no name in the column User, but other cells are filled. Nothing was written.`,
    ],
    [
      'User,Team\na,QA\nb,"QA\nc,QA\n',
      `${place} 3: a quoted cell in this row is never closed. ${UNCLOSED}`,
    ],
    [
      'User,Team\r\na,QA\r\n"b\r\nb","Q""A\r\nc,QA\r\n',
      `${place} 3: a quoted cell in this row is never closed. ${UNCLOSED}`,
    ],
    [
      'User\na\n"b"c\n',
      `${place} 3: a quote stands in the middle of a cell; a cell with quotes is quoted whole, its quotes doubled. Nothing was written.`,
    ],
    [
      'User\na\nb"c"\n',
      `${place} 3: a quote stands in the middle of a cell; a cell with quotes is quoted whole, its quotes doubled. Nothing was written.`,
    ],
  ])('%j', async (text, expected) => {
    expect(await failure(text)).toMatchObject(bad(expected));
  });

  it('with all its bad rows at once, the first few in words', async () => {
    const text = `User,Id\na,1\n${',7\n'.repeat(3)}1.16E+20,2\nb,1,x\n${',7\n'.repeat(150)}`;
    const failed = await failure(text);
    expect(failed).toMatchObject({ code: 'bad-row', exit: 2 });
    const missing = 'no name in the column User, but other cells are filled';
    expect(failed.text).toBe(
      `standard input has 155 bad rows: line 3: ${missing}; line 4: ${missing}; line 5: ${missing}; ` +
        'line 6: 1.16E+20 is what a spreadsheet makes of a long number; ' +
        'line 7: 3 cells, and the header has 2; a cell that holds "," has to be quoted; and 150 more. ' +
        'Format the column as text before the values are entered, and export it again. Nothing was written.',
    );
    expect(failed.details).toMatchObject({ file: 'standard input', line: 3, count: 155 });
    const { rows } = failed.details as { rows: object[] };
    expect(rows).toHaveLength(100);
    expect(rows[3]).toEqual({
      line: 6,
      code: 'spreadsheet-damage',
      message: '1.16E+20 is what a spreadsheet makes of a long number',
    });
  });

  it('whose Type is about something else', async () => {
    expect(await failure('User,Type\na,user\nb,Employee\n')).toMatchObject({
      code: 'bad-type',
      text: `${place} 3: the type Employee is neither user nor identity. ${TYPE}`,
      details: {
        rows: [
          {
            line: 3,
            code: 'bad-type',
            message: 'the type Employee is neither user nor identity',
          },
        ],
      },
    });
    // Of several kinds the first is told how to mend.
    expect(await failure('User,Type\n,user\na,Employee\n"b,user\n')).toMatchObject({
      code: 'bad-row',
      text:
        'standard input has 3 bad rows: line 2: no name in the column User, but other cells are filled; ' +
        `line 3: the type Employee is neither user nor identity; line 4: a quoted cell in this row is never closed. ${TYPE}`,
    });
  });

  it('with a column that is not there, naming the nearest', async () => {
    expect(await failure('User,Logon,Team\na,b,c\n', { column: 'Login' })).toEqual({
      code: 'no-such-column',
      exit: 2,
      text: 'standard input has no column Login; it has User, Logon, Team. Did you mean Logon? Nothing was written.',
      details: {
        file: 'standard input',
        line: 1,
        column: 'Login',
        columns: ['User', 'Logon', 'Team'],
        near: ['Logon'],
      },
    });
    expect(await failure('jsmith\ndjones\n', { column: 'Login' })).toMatchObject({
      code: 'no-such-column',
      text: 'standard input has no column Login; it has jsmith. Name one of its columns with --column, or leave it out. Nothing was written.',
    });
  });

  it('with two columns of the name', async () => {
    expect(await failure('User,Id,USER\na,b,c\n')).toMatchObject({
      code: 'bad-header',
      text: `${place} 1: two columns are called User. Rename one of them. Nothing was written.`,
    });
    expect(await failure('Id,Login,Login\na,b,c\n', { column: 'login' })).toMatchObject({
      code: 'bad-header',
    });
  });

  it.each(['User\n', 'User,Team\n\n,\n', 'sep=;\nUser\n', '\ufeffUser'])(
    'with no names: %j',
    async (text) => {
      expect(await failure(text)).toMatchObject({
        code: 'empty-file',
        exit: 2,
        text: 'standard input holds no names. Nothing was written.',
      });
    },
  );
});
