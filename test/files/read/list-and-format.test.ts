import { describe, expect, it } from 'vitest';
import { failure, lines, names, read } from '../helpers.ts';

describe('a plain list', () => {
  it('has one name a line, comments and blank lines', async () => {
    const text = '# the team\n\njsmith\n  John Smith \n\t\n #djones\nCORP\\akhan';
    expect(await lines(text)).toEqual(['3 jsmith', '4 John Smith', '7 CORP\\akhan']);
    expect(await read(text)).toMatchObject({ format: 'list', hasTypes: false });
  });

  it('ends its lines in any way', async () => {
    expect(await lines('a\r\nb\rc\n\r\n\rd')).toEqual(['1 a', '2 b', '3 c', '6 d']);
  });

  it('takes a line as it is: what follows a name is part of it', async () => {
    const text = 'jsmith # leaves in May\nSmith, John\nA;B\n[bot]\nUser\n"a" b\n';
    expect(await names(text)).toEqual([
      'jsmith # leaves in May',
      'Smith, John',
      'A;B',
      '[bot]',
      'User',
      '"a" b',
    ]);
  });

  it('is what --format or its first line says, whatever it looks like', async () => {
    const text = 'Smith, John\nUser\n[bot]\n';
    const expected = ['Smith, John', 'User', '[bot]'];
    expect(await names(text, { format: 'list' })).toEqual(expected);
    expect(await names(`# format: list\n${text}`)).toEqual(expected);
    expect(await names(`# format: list; rows that were not done\n${text}`)).toEqual(expected);
    expect(await names(`\n#Format:LIST\r\n${text}`)).toEqual(expected);
    expect(await names('User,Team\n', { format: 'list' })).toEqual(['User,Team']);
    expect(await names('["a"]\n{\n', { format: 'list' })).toEqual(['["a"]', '{']);
  });

  it('takes a backslash before # and " for part of a name', async () => {
    const text = '\\#1 fan\n\\\\#x\n\\"quoted"\n\\\\server\\x\n\\x\n';
    expect(await names(text)).toEqual(['#1 fan', '\\#x', '"quoted"', '\\\\server\\x', '\\x']);
  });

  it.each([
    ['"mail"\nlchen\njsmith\n', ['mail', 'lchen', 'jsmith']],
    ['# bots\n\n"User"\n"lchen"\njsmith\n', ['User', 'lchen', 'jsmith']],
    ['"mail"\n', ['mail']],
  ])('has a name in quotes that is called like a column: %j', async (text, expected) => {
    expect(await names(text)).toEqual(expected);
    expect(await names(text, { format: 'csv' }).catch(() => [])).toEqual(expected.slice(1));
  });

  it.each([
    '"mail"\n"lchen"\n',
    '\ufeff"SamAccountName"\r\n"lchen"\r\n\r\n',
    'sep=,\n"mail"\nlchen\n',
  ])(
    'is a CSV file where a header and all names are in quotes, or a delimiter is named: %j',
    async (text) => {
      expect(await read(text)).toMatchObject({ format: 'csv', rows: [{ name: 'lchen' }] });
    },
  );

  it.each([['a\u0007b\n', 'bad-name', 'the control character U+0007 in the name a\u0007b']])(
    'is refused: %j',
    async (text, code, message) => {
      expect(await failure(text)).toMatchObject({
        code,
        exit: 2,
        text: `standard input, line 1: ${message}. Nothing was written.`,
      });
    },
  );

  it('is read in a moment, however many blank lines it has', async () => {
    for (const end of ['\n', '\r\n', ' \n', '\u2028']) {
      expect(await names(`a1\na2\n${end.repeat(400_000)}`)).toEqual(['a1', 'a2']);
    }
  });

  it('has no columns', async () => {
    expect(await failure('jsmith\n', { format: 'list', column: 'User' })).toMatchObject({
      code: 'usage',
      exit: 2,
      text: 'A plain list has no columns. --column is for CSV and JSON files.',
    });
  });

  it.each(['', '\n\n', '# nobody yet\n', '\ufeff', '   '])('without names: %j', async (text) => {
    for (const format of [undefined, 'list', 'csv'] as const) {
      const options = format === undefined ? {} : { format };
      expect(await failure(text, options)).toEqual({
        code: 'empty-file',
        exit: 2,
        text: 'standard input holds no names. Nothing was written.',
        details: { file: 'standard input' },
      });
    }
  });
});

describe('a CSV file without a header', () => {
  it.each([
    ['jsmith,QA\ndjones,QA\n', 1, ['jsmith', 'QA']],
    ['\n# team\njsmith;QA;x,y\n', 3, ['jsmith', 'QA', 'x,y']],
    ['jsmith\tQA\n', 1, ['jsmith', 'QA']],
  ])('is refused: %j', async (text, line, columns) => {
    const found = columns.filter((each) => each !== '').join(', ');
    expect(await failure(text)).toEqual({
      code: 'no-header',
      exit: 2,
      text:
        `standard input, line ${line}: no column is called Member, User, Username, Login, Email or Name; it has ${found}. ` +
        'Name the column with --column, or if this is a plain list of names, write one name a line. Nothing was written.',
      details: { file: 'standard input', line, columns },
    });
  });

  it('is refused when it is called one', async () => {
    const text =
      'standard input, line 1: no column is called Member, User, Username, Login, Email or Name; it has jsmith. ' +
      'Name the column with --column. Nothing was written.';
    expect(await failure('jsmith\ndjones\n', { format: 'csv' })).toMatchObject({ text });
    expect(await failure('sep=;\njsmith\n')).toMatchObject({
      code: 'no-header',
      text: text.replace('line 1', 'line 2'),
    });
  });

  it('names a few of many columns, and long ones in part', async () => {
    const wide = Array.from({ length: 30 }, (_, at) => `c${at}`).join(',');
    const failed = await failure(`${'x'.repeat(100)},${wide}\n`);
    expect(failed.text).toContain(
      `it has ${'x'.repeat(59)}…, c0, c1, c2, c3, c4, c5, c6, …. Name the column`,
    );
    expect((failed.details as { columns: string[] }).columns).toHaveLength(20);
  });
});

describe('what is no list of names', () => {
  it.each([
    ['- member: jsmith\n  type: user\n', 1, 'YAML, as "--output=yaml" prints it'],
    ['MEMBER  TYPE\njsmith  user\n', 1, 'what "--output=table" prints'],
    ['GROUP  MEMBER  TYPE\nQA     jsmith  user\n', 1, 'what "--output=table" prints'],
    ['jo\tuser\tJo Li\tjo@a.example\nal\tuser\t\t\n', 1, 'what "members list --long" prints'],
    ['jo\tuser\tJo Li\tjo@a.example\n', 1, 'what "members list --long" prints'],
    ['jo\tuser\t\t\n2c4\tidentity\tbot\t\n', 1, 'what "members list --long" prints'],
    ['2c4\tidentity\tbot\t\njo\tuser\t\t\n', 1, 'what "members list --long" prints'],
  ])('is refused, with the formats that can be read: %j', async (text, line, like) => {
    const { code, text: said } = await failure(text);
    expect(code).toBe('not-names');
    expect(said).toContain(`standard input, line ${line}: `);
    expect(said).toContain(
      `The file looks like ${like}. groupctl reads back --output=csv and --output=json.`,
    );
  });

  it.each(['// c\n["a"]\n', '/* c */\n[{"user":"a"}]\n', '# c\n["a"]\n', '# c\n[\n"a"]\n'])(
    'is refused as JSON with a comment: %j',
    async (text) => {
      const line = text.startsWith('#') ? 2 : 1;
      expect(await failure(text)).toMatchObject({
        code: 'bad-json',
        text: `standard input, line ${line}: JSON has no comments, and one stands above it. Delete the comment. If it is a plain list of names, use --format=list. Nothing was written.`,
      });
    },
  );

  it('is not a name that looks a little like JSON', async () => {
    expect(await names('# bots\n[bot]\n{x}\n')).toEqual(['[bot]', '{x}']);
    expect(await names('// leaves in May\njsmith\n')).toEqual(['// leaves in May', 'jsmith']);
  });
});
