import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, lines, names, read } from '../helpers.ts';

describe('readJson', () => {
  it('reads an array of texts', async () => {
    expect(await lines('["jsmith",\n " John Smith ",\n\n"", "Smith, John"]')).toEqual([
      '1 jsmith',
      '2  John Smith ',
      '4 Smith, John',
    ]);
    expect(await read(' \n["a"]')).toMatchObject({ format: 'json', hasTypes: false });
  });

  it('reads an array of objects, with the keys that are columns elsewhere', async () => {
    const text = `[
  {"Email": "U", "USERNAME": "u"},
  {"name": "n", "email": "e"},
  {
    "team": ["]", {"a": "\\"}"}],
    "email": "\\u00fc"
  }, "b", {}, {"name": "", "x": null},
  {"user": {"id": 7}, "username": "u2"},
  {"member": "m", "type": "Identity", "user": {"id": 7}}
]`;
    expect(await lines(text)).toEqual(['2 u', '3 e', '4 ü', '7 b', '8 u2', '9 m (identity)']);
    expect(await read(text)).toMatchObject({ format: 'json', hasTypes: true });
  });

  it('reads what members list --json wrote', async () => {
    const listed = [
      { member: 'John Smith', type: 'user', user: { id: '1', username: 'John Smith' } },
      { member: '1f0c', type: 'identity' },
    ];
    expect(await lines(JSON.stringify(listed, null, 2))).toEqual([
      '2 John Smith (user)',
      '10 1f0c (identity)',
    ]);
  });

  it('takes another key in any case, and to the letter first', async () => {
    const text = '[{"User":"a","LOGIN":"b","login":"c"},{"login":"d"}, "e"]';
    expect(await names(text, { column: 'login' })).toEqual(['c', 'd', 'e']);
    expect((await failure(text, { column: 'Login' })).text).toBe(
      'standard input, line 1: Login can mean the columns LOGIN and login. Type the column as the file spells it. Nothing was written.',
    );
    expect(await names('[{"LOGIN":"b"},{"login":"d"}]', { column: 'Login' })).toEqual(['b', 'd']);
  });

  it('counts lines over any ends of lines, and elements of one line', async () => {
    expect(await lines('[\r\n"a",\r"b",\n\n"c"]')).toEqual(['2 a', '3 b', '5 c']);
    expect(await lines('["a","b"]')).toEqual(['1 a', '1 b']);
  });

  it('keeps its elements only when asked', async () => {
    const text = '[{"user":"a","x":1},"b"]';
    expect((await read(text)).rows.map(({ record }) => record)).toEqual([undefined, undefined]);
    const { rows } = await read(text, { keepRecords: true });
    expect(rows.map(({ record }) => record)).toEqual(['{"user":"a","x":1}', '"b"']);
  });

  it('takes keys that every object inherits for plain keys', async () => {
    expect(
      await names('[{"__proto__":{"user":"x"},"User":"a"},{"constructor":1,"user":"b"}]'),
    ).toEqual(['a', 'b']);
    expect(await names('[{"toString":"a"}]', { column: 'toString' })).toEqual(['a']);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('readJson refuses', () => {
  it.each([
    ['["a",\n 7,\n"b"]', 2, 'an element is a number; a name has to be in quotes'],
    ['["a",\n null]', 2, 'an element is null'],
    ['["a", true]', 1, 'an element is true or false'],
    ['[["a"]]', 1, 'an element is an array'],
    ['[{"user": 7}]', 1, 'user is a number; a name has to be in quotes'],
    ['[{"user": {"name": "a"}}]', 1, 'user is an object'],
    ['[{"user":"a"},\n{"user":"","team":"QA"}]', 2, 'user is empty, but other values are not'],
    ['[{"user":"a"},\n{"team":"QA"}]', 2, 'no user, username, login, email, member or name'],
  ])('an element that is no name, with its line: %j', async (text, line, message) => {
    expect(await failure(text)).toMatchObject({
      code: 'bad-row',
      exit: 2,
      text: `standard input, line ${line}: ${message}. Nothing was written.`,
      details: { file: 'standard input', line },
    });
  });

  it.each([
    ['["a",\n"b"', 2],
    ['["a",\n"b",\n]', 2],
    ["['a',\n'b']", 1],
    ['["a",\n\nb]', 3],
    ['["a"]\n"b"', 2],
    ['[\n"a"\n"b"]', 3],
    ['[{"user":"a"},\n{"user":}]', 2],
    ['[bot]\njsmith\n', 1],
    ['["a\nb"]', 1],
    ['["a",\n"b",\n,"c"]', 3],
    ['[\n,"a"]', 2],
    ['[\n"a",\n"b"\n', 3],
    ['["a",\n\n\n', 1],
    ['[\n"a":\n"b"]', 2],
    ['["a",\n"b\n"]', 2],
    ['["a",\n"\\x"]', 2],
    ['["a",\n"\\u12g4"]', 2],
    ['["a",\n"b\tc",\n]', 2],
    ['["a",\n01]', 2],
    ['["a",\n1.]', 2],
    ['["a",\n-]', 2],
    ['["a",\nnul]', 2],
    ['["a",\n// no\n"b"]', 2],
    ['[\n{"user" "a"}]', 2],
    ['[\n{user: "a"}]', 2],
    ['[{"user": "a",\n}]', 1],
    ['[{"user": "a",\n7: 8}]', 2],
    ['["a"]\n]', 2],
    ['["a"\n}', 2],
    ['[\r"a",\r\r,]', 4],
    ['[\r\n"a",\r\n\r\n,]', 4],
    [`[${'"a",\n'.repeat(5000)}"b" "c"]`, 5001],
    [`${'[\n'.repeat(50_000)}x`, 50_001],
  ])('what is no JSON, with the line of the mistake: %j', async (text, line) => {
    expect(await failure(text)).toEqual({
      code: 'bad-json',
      exit: 2,
      text: `standard input, line ${line}: not valid JSON. If it is a plain list of names, use --format=list. Nothing was written.`,
      details: { file: 'standard input', line },
    });
  });

  it('a comma that is too much, with its line, wherever it is', async () => {
    const element = fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(element, { maxLength: 8 }),
        fc.constantFrom(undefined, 1, 2),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.nat(),
        async (elements, indent, newline, place) => {
          const whole = JSON.stringify(elements, null, indent).replaceAll('\n', newline);
          const at = place % (whole.length + 1);
          const broken = `${whole.slice(0, at)},${whole.slice(at)}`;
          if (isJson(broken)) return;
          const line = whole.slice(0, at).split(/\r\n?|\n/).length;
          expect(await failure(broken, { format: 'json' })).toMatchObject({
            code: 'bad-json',
            details: { line },
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('a text that is cut, with the line of its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        async (elements, place) => {
          const whole = JSON.stringify(elements, null, 1);
          const cut = whole.slice(0, 1 + (place % (whole.length - 1)));
          expect(await failure(cut, { format: 'json' })).toMatchObject({
            code: 'bad-json',
            details: { line: cut.trimEnd().split('\n').length },
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['{"outcomes":[]}', '{}'])('what is no array: %j', async (text) => {
    expect(await failure(text)).toMatchObject({
      code: 'bad-json',
      text: 'standard input must be a JSON array of names or objects. An object may hold the array as "value". Nothing was written.',
    });
  });

  it('what is called JSON and is none', async () => {
    expect(await failure('jsmith\n', { format: 'json' })).toMatchObject({ code: 'bad-json' });
    expect(await failure('"jsmith"\n', { format: 'json' })).toMatchObject({ code: 'bad-json' });
    expect(await failure('', { format: 'json' })).toMatchObject({ code: 'bad-json' });
    for (const text of ['hello\nworld\nx\n', ',\n[]', ' \n\n', '\ufffd\n', '}\n', "'a'\n"])
      expect(await failure(text, { format: 'json' })).toMatchObject({
        code: 'bad-json',
        details: { line: 1 },
      });
  });

  it('a file in which no object has the key of a name', async () => {
    const text = '[{"logan":"a","team":"b"},{"Logan":"c"}]';
    expect(await failure(text)).toMatchObject({
      code: 'no-header',
      text: 'standard input, line 1: no column is called Member, User, Username, Login, Email or Name; it has logan, team, Logan. Name the column with --column. Nothing was written.',
    });
    expect(await failure(text, { column: 'Login' })).toMatchObject({
      code: 'no-such-column',
      text: 'standard input has no column Login; it has logan, team, Logan. Did you mean logan or Logan? Nothing was written.',
    });
  });

  it('a type that is neither user nor identity, and half a character', async () => {
    expect(await failure('[{"user":"a","type":"bot"}]')).toMatchObject({ code: 'bad-type' });
    expect(await failure('[{"user":"a","type":7}]')).toMatchObject({
      code: 'bad-type',
      text: 'standard input, line 1: the type 7 is neither user nor identity. Write user, identity or nothing there; if the column is about something else, rename it. Nothing was written.',
    });
    expect(await failure('["a\\ud800"]')).toMatchObject({ code: 'bad-name' });
    expect(await failure('["a\\u0000b"]')).toMatchObject({
      code: 'bad-name',
      text: 'standard input, line 1: the control character U+0000 in the name a\u0000b. Nothing was written.',
    });
  });

  it.each(['[]', '[ ]\n', '["", {}]'])('a file without names: %j', async (text) => {
    expect(await failure(text)).toMatchObject({ code: 'empty-file' });
  });
});

describe('JSON Lines with a line that is none', () => {
  const LINES = ['{"user":"a"}', '', '{"user":"b"}', '{"user":"c"}', '{"user":"d"}'];

  it.each([
    [3, '{"user":"b"'],
    [4, 'c'],
    [5, '["d"]'],
  ])('names line %i', async (line, text) => {
    const content = LINES.with(line - 1, text).join('\n');
    expect(await failure(content)).toMatchObject({
      code: 'bad-json',
      text: `standard input, line ${line}: not valid JSON. Each line of JSON Lines is one whole object. Nothing was written.`,
      details: { line },
    });
  });
});
