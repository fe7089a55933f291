import { describe, expect, it } from 'vitest';
import type { MemberOutcome, OutcomeWord } from '../../../src/domain/outcome.ts';
import { isLeftByRun } from '../../../src/files/failures/is-left-by-run.ts';
import { failuresText } from '../../../src/files/failures/failures-text.ts';
import type { MemberFile } from '../../../src/files/member-file.ts';
import { lines, names, read } from '../helpers.ts';

/** The outcome of a row of a file, or of a name of the command line. */
function outcome(
  requested: string,
  line?: number,
  more: { type?: 'user' | 'identity'; word?: OutcomeWord; message?: string } = {},
): MemberOutcome {
  const {
    type = 'user',
    word = 'no-such-user',
    message = `There is no user named ${requested}.`,
  } = more;
  return {
    op: 'add',
    type,
    member: requested.toUpperCase(),
    requested,
    outcome: word,
    verified: false,
    ...(line === undefined ? {} : { row: { file: 'standard input', line } }),
    ...(message === '' ? {} : { error: { kind: 'not-found', code: word, message } }),
  };
}

async function input(text: string | Buffer, column?: string): Promise<MemberFile> {
  return await read(text, { keepRecords: true, ...(column === undefined ? {} : { column }) });
}

describe('the failures of a CSV file', () => {
  it('are its own rows with two columns more', async () => {
    const file = await input('Team,User\nQA,a\n"Q,A",b\n"two\nlines",c\n');
    const text = await failuresText(file, [
      outcome('b', 3),
      outcome('c', 4, { word: 'refused', message: 'No, "never".\nAsk again.' }),
    ]);
    expect(text).toBe(
      'Team,User,Outcome,Error\n' +
        '"Q,A",b,no-such-user,There is no user named b.\n' +
        '"two\nlines",c,refused,"No, ""never"". Ask again."\n',
    );
    expect(await names(text)).toEqual(['b', 'c']);
  });

  it('replace the columns of an earlier run, wherever they are', async () => {
    const file = await input('error,User,OUTCOME,Team\nold,a,failed,QA\n');
    expect(await failuresText(file, [outcome('a', 2)])).toBe(
      'User,Team,Outcome,Error\na,QA,no-such-user,There is no user named a.\n',
    );
  });

  it('keep delimiter, sep line, byte order mark and ends of lines', async () => {
    const file = await input('\ufeffsep=;\r\nUser;Team\r\na;"x;y"\r\n');
    const text = await failuresText(file, [outcome('a', 3, { message: '' })]);
    expect(text).toBe('\ufeffsep=;\r\nUser;Team;Outcome;Error\r\na;"x;y";no-such-user;\r\n');
    const tabs = await input(Buffer.from('\ufeffUser\tTeam\na\tQA\n', 'utf16le'));
    expect(await failuresText(tabs, [outcome('a', 2, { message: 'x' })])).toBe(
      '\ufeffUser\tTeam\tOutcome\tError\na\tQA\tno-such-user\tx\n',
    );
  });

  it('keep lone CRs at the ends of lines, and are not misled by one in a cell', async () => {
    const file = await input('sep=;\rUser;Team\ra;QA\rb;"x\ry"\r');
    const text = await failuresText(file, [outcome('b', 4, { message: 'm' })]);
    expect(text).toBe('sep=;\rUser;Team;Outcome;Error\rb;"x\ry";no-such-user;m\r');
    expect(await lines(text)).toEqual(['3 b']);
    const other = await input('"a\rb",User\nx,y\n');
    expect(await failuresText(other, [outcome('y', 3, { message: 'm' })])).toBe(
      '"a\rb",User,Outcome,Error\nx,y,no-such-user,m\n',
    );
    const list = await input('a\rb\r');
    const listed = await failuresText(list, [outcome('b', 2, { message: 'm' })]);
    expect(listed).toBe('# format: list; rows that were not done\r# no-such-user: m\rb\r');
    expect(await lines(listed)).toEqual(['3 b']);
  });

  it('are as wide as the header, whatever the row was', async () => {
    const file = await input('User,Team,Mail\na\nb,QA,,,,\n');
    expect(await failuresText(file, [outcome('a', 2), outcome('b', 3)])).toBe(
      'User,Team,Mail,Outcome,Error\n' +
        'a,,,no-such-user,There is no user named a.\n' +
        'b,QA,,no-such-user,There is no user named b.\n',
    );
  });

  it('end with the names of the command line', async () => {
    const file = await input('Team,User\nQA,a\n');
    const text = await failuresText(file, [
      outcome('x', undefined, { message: 'm' }),
      outcome('a', 2, { message: 'm' }),
    ]);
    expect(text).toBe('Team,User,Outcome,Error\nQA,a,no-such-user,m\n,x,no-such-user,m\n');
    expect(await names(text)).toEqual(['a', 'x']);
  });

  it('say who is a machine identity', async () => {
    const typed = await input('Type,User\nidentity,1f\n');
    const failed = [
      outcome('1f', 2, { type: 'identity', message: 'm' }),
      outcome('2e', undefined, { type: 'identity', message: 'm' }),
    ];
    expect(await failuresText(typed, failed)).toBe(
      'Type,User,Outcome,Error\nidentity,1f,no-such-user,m\nidentity,2e,no-such-user,m\n',
    );
    const untyped = await input('User\na\n');
    const text = await failuresText(untyped, [outcome('a', 2, { message: 'm' }), failed[1]!]);
    expect(text).toBe('User,Type,Outcome,Error\na,,no-such-user,m\n2e,identity,no-such-user,m\n');
    expect(await lines(text)).toEqual(['2 a', '3 2e (identity)']);
  });

  it('are read again with the same --column', async () => {
    const file = await input('Name,Login\nJohn Smith,jsmith\n', 'login');
    const text = await failuresText(file, [outcome('jsmith', 2)]);
    expect(await names(text, { column: 'login' })).toEqual(['jsmith']);
    const error = await input('Name,Error\nJohn Smith,jsmith\n', 'error');
    expect(await failuresText(error, [outcome('jsmith', 2, { message: 'm' })])).toBe(
      'Name,Error,Outcome2,Error2\nJohn Smith,jsmith,no-such-user,m\n',
    );
  });

  it('hold no control characters of a server', async () => {
    const file = await input('User\na\n');
    const failed = [outcome('a', 2, { message: 'bad\u001b[31m\r\n\tname' })];
    expect(await failuresText(file, failed)).toBe(
      'User,Outcome,Error\na,no-such-user,bad\\u{1B}[31m name\n',
    );
  });
});

describe('the failures of a list', () => {
  it('have a comment above each name', async () => {
    const file = await input('# team\na\nb # odd\n#c\n');
    const text = await failuresText(file, [
      outcome('a', 2),
      outcome('b # odd', 3, { word: 'failed', message: 'The server said:\nno.' }),
      outcome('x'),
    ]);
    expect(text).toBe(
      '# format: list; rows that were not done\n' +
        '# no-such-user: There is no user named a.\na\n' +
        '# failed: The server said: no.\nb # odd\n' +
        '# no-such-user: There is no user named x.\nx\n',
    );
    expect(await lines(text)).toEqual(['3 a', '5 b # odd', '7 x']);
  });

  it('are a list where there was no file, whatever the names look like', async () => {
    const odd = [
      'Smith, John',
      'User',
      '[bot]',
      '{x',
      '#1',
      '\\#1',
      '"q"',
      '\\\\srv\\x',
      'sep=;',
      '-x',
    ];
    const text = await failuresText(
      undefined,
      odd.map((name) => outcome(name)),
    );
    expect(await names(text)).toEqual(odd);
  });

  it('are a CSV file where a machine identity failed, which a list cannot say', async () => {
    const file = await input('a\n');
    const failed = [
      outcome('a', 1, { message: 'm' }),
      outcome('1f', undefined, { type: 'identity', message: 'm' }),
    ];
    const text = await failuresText(file, failed);
    expect(text).toBe(
      'Member,Type,Outcome,Error\na,user,no-such-user,m\n1f,identity,no-such-user,m\n',
    );
    expect(await lines(text)).toEqual(['2 a (user)', '3 1f (identity)']);
    expect(await failuresText(undefined, failed)).toBe(text);
  });

  it('hold a name with a line end as a JSON string', async () => {
    const text = await failuresText(undefined, [outcome('a\nb', undefined, { message: 'm' })]);
    expect(text).toBe('# format: list; rows that were not done\n# no-such-user: m\n"a\\nb"\n');
    expect(await lines(text)).toEqual(['3 a\nb']);
  });

  it('keep the byte order mark and the ends of lines', async () => {
    const file = await input('\ufeffa\r\nb\r\n');
    expect(await failuresText(file, [outcome('b', 2, { message: 'm' })])).toBe(
      '\ufeff# format: list; rows that were not done\r\n# no-such-user: m\r\nb\r\n',
    );
  });
});

describe('the failures of a JSON file', () => {
  it('are its own objects with two keys more', async () => {
    const file = await input(
      '[{"user":"a","x":[1,{"y":null}],"Outcome":"old","error":{"code":"old"},"__proto__":{"z":1}},\n"b",{"user":"c"}]',
    );
    const text = await failuresText(file, [
      outcome('a', 1, { message: 'm' }),
      outcome('b', 2, { message: 'm' }),
      outcome('x', undefined, { message: 'm' }),
      outcome('1f', undefined, { type: 'identity', message: 'm' }),
    ]);
    expect(text).toBe(
      `${JSON.stringify(
        [
          {
            user: 'a',
            x: [1, { y: null }],
            ['__proto__']: { z: 1 },
            outcome: 'no-such-user',
            error: 'm',
          },
          { user: 'b', outcome: 'no-such-user', error: 'm' },
          { user: 'x', outcome: 'no-such-user', error: 'm' },
          { user: '1f', type: 'identity', outcome: 'no-such-user', error: 'm' },
        ],
        null,
        2,
      )}\n`,
    );
    expect(await names(text)).toEqual(['a', 'b', 'x', '1f']);
  });

  it('tell elements of one line apart', async () => {
    const file = await input('[{"user":"a","n":1},{"user":"b","n":2},{"user":"b","n":3}]');
    const text = await failuresText(file, [outcome('b', 1, { message: 'm' })]);
    expect(JSON.parse(text)).toEqual([{ user: 'b', n: 2, outcome: 'no-such-user', error: 'm' }]);
  });

  it('are read again with the same --column', async () => {
    const file = await input('[{"login":"a","user":"b"},"c"]', 'login');
    const text = await failuresText(file, [outcome('a', 1), outcome('c', 1)]);
    expect(await names(text, { column: 'login' })).toEqual(['a', 'c']);
  });
});

it('a name of the command line that is in the file too is a name of its own', async () => {
  const file = await input('Team,User\nQA,a\n');
  expect(await failuresText(file, [outcome('a', undefined, { message: 'm' })])).toBe(
    'Team,User,Outcome,Error\n,a,no-such-user,m\n',
  );
});

describe('the failures of names in a column Name', () => {
  const PEOPLE: [string, number][] = [
    ['John Smith', 1],
    ['Jane Dow', 2],
    ['David Jones', 1],
  ];

  it.each([
    ['Name,Floor\n' + PEOPLE.map((cells) => `${cells.join()}\n`).join(''), /^User,Floor,Outcome/],
    [
      PEOPLE.map(([name, floor]) => `${JSON.stringify({ name, floor: `${floor}` })}\n`).join(''),
      /"user": "Jane Dow"/,
    ],
    ['{"Name":"Jane \\"D\\" Dow","floor":"2"}\n{"name":"x","floor":"2"}', /"User": "x"/],
  ])(
    'are in a column User, so that a few of them cannot be doubted: %j',
    async (content, words) => {
      const file = await input(content);
      const text = await failuresText(
        file,
        file.rows.map(({ name, row }) => outcome(name, row.line, { message: 'm' })).slice(1, 2),
      );
      expect(text).toMatch(words);
      expect(await names(text)).toEqual([file.rows[1]?.name]);
    },
  );

  it('are in that column where it is alone, or was asked for', async () => {
    const alone = await input('Name\nJane Dow\n');
    expect(await failuresText(alone, [outcome('Jane Dow', 2)])).toMatch(/^Name,Outcome/);
    const asked = await input('Name,Floor\nJane Dow,2\n', 'Name');
    expect(await failuresText(asked, [outcome('Jane Dow', 2)])).toMatch(/^Name,Floor,Outcome/);
  });

  it('have one key in JSON, those that were texts and those of the command line as well', async () => {
    const file = await input('["a",{"name":"b"}]');
    const text = await failuresText(file, [outcome('a', 1), outcome('b', 1), outcome('c')]);
    expect((JSON.parse(text) as object[]).map((each) => Object.keys(each)[0])).toEqual(
      Array(3).fill('name'),
    );
    expect(await names(text)).toEqual(['a', 'b', 'c']);
  });
});

describe('the failures of one name with two types', () => {
  it.each([
    '[{"member":"1f","type":"user"},{"member":" 1f ","type":"identity"}]',
    '{"member":"1f","type":"user"}\n{"member":" 1f ","type":"identity"}\n',
  ])('are the rows of those types: %j', async (text) => {
    const file = await input(text);
    const line = file.rows[1]?.row.line ?? 0;
    const written = await failuresText(file, [outcome('1f', line, { type: 'identity' })]);
    expect(JSON.parse(written)).toMatchObject([{ member: ' 1f ', type: 'identity' }]);
  });
});

describe('the failures of a list that "members list" printed', () => {
  it('are read as exactly, with the names that no other file may have', async () => {
    const odd = ['\u00a0nb\u00a0', 'a\u200bb', '1.16E+20', '   ', 'a\u0000b'];
    const rows = odd.map((name) => `"${name}",user\n`).join('');
    const file = await input(`member,type\n${rows}`);
    const text = await failuresText(
      file,
      odd.map((name, at) => outcome(name, at + 2, { message: 'm' })),
    );
    expect(text).toMatch(/^member,type,Outcome,Error\n/);
    expect(await names(text)).toEqual(odd);
    expect((await read(text)).rows.map(({ problem }) => problem !== undefined)).toEqual(
      file.rows.map(({ problem }) => problem !== undefined),
    );
  });
});

describe('the failures of JSON', () => {
  it('have every value as it was written', async () => {
    const element =
      '{"user":"d","n":1e400,"big":12345678901234567890,"f":1.0,"a":[1.0,{"x":[]}],"s":"\\u200b\u200b"}';
    const file = await input(`[ ${element} ,"e"]`);
    expect(await failuresText(file, [outcome('d', 1), outcome('e', 1)])).toBe(`[
  {
    "user": "d",
    "n": 1e400,
    "big": 12345678901234567890,
    "f": 1.0,
    "a": [
      1.0,
      {
        "x": []
      }
    ],
    "s": "\\u200b\\u200b",
    "outcome": "no-such-user",
    "error": "There is no user named d."
  },
  {
    "user": "e",
    "outcome": "no-such-user",
    "error": "There is no user named e."
  }
]
`);
    const inValue = await input(`{"value":[${element}]}`);
    expect(await failuresText(inValue, [outcome('d', 1)])).toContain('"n": 1e400');
    const inLines = await input(`${element}\n{"user":"f","n":1.0}\n`);
    expect(await failuresText(inLines, [outcome('f', 2)])).toContain('"n": 1.0');
  });
});

describe('the failures of names in a column that groupctl adds', () => {
  it('leave columns with a 2 alone where the names are in another one', async () => {
    const csv = await input('User,Outcome2,error2\na,keep,me\n');
    expect(await failuresText(csv, [outcome('a', 2)])).toMatch(
      /^User,Outcome2,error2,Outcome,Error\na,keep,me,no-such-user,/,
    );
  });

  it.each(['outcome', 'Error', 'ERROR'])('keep them, and read back: %s', async (column) => {
    const csv = await input(`Team,${column}\nQA,a\nQA,b\n`, column);
    const text = await failuresText(csv, [outcome('b', 3)]);
    expect(text).toBe(
      `Team,${column},Outcome2,Error2\nQA,b,no-such-user,There is no user named b.\n`,
    );
    expect(await isLeftByRun(text, true)).toBe(true);
    const again = await input(text, column);
    expect(await failuresText(again, [outcome('b', 2)])).toBe(text);

    const json = await input(JSON.stringify([{ [column]: 'x1', n: 2 }]), column);
    const left = await failuresText(json, [outcome('x1', 1)]);
    expect(JSON.parse(left)).toEqual([
      { [column]: 'x1', n: 2, outcome2: 'no-such-user', error2: 'There is no user named x1.' },
    ]);
    expect(await isLeftByRun(left, true)).toBe(true);
    expect(await names(left, { column })).toEqual(['x1']);
  });
});
