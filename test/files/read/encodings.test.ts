import { describe, expect, it } from 'vitest';
import { failure, lines, names, read } from '../helpers.ts';

/** Files as bytes: what they are written in, and what was done to them on the way. */

const TEXT = 'User,Team\r\nZoë,QA\r\n山田,"Q\r\nA"\r\n👩‍💻,QA\r\n';
const EXPECTED = ['2 Zoë', '3 山田', '5 👩‍💻'];

function utf16le(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

function utf16be(text: string): Buffer {
  return utf16le(text).swap16();
}

describe('the encoding', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT), false],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), true],
    ['UTF-16, little-endian', utf16le(TEXT), true],
    ['UTF-16, big-endian', utf16be(TEXT), true],
  ])('is %s', async (_name, bytes, bom) => {
    const before = Buffer.from(bytes);
    expect(await lines(bytes)).toEqual(EXPECTED);
    expect(await read(bytes)).toMatchObject({ bom, newline: '\r\n', csv: { delimiter: ',' } });
    expect(bytes.equals(before)).toBe(true);
  });

  it('may be any of these for a list and for JSON too', async () => {
    for (const make of [(text: string) => Buffer.from(text), utf16le, utf16be]) {
      expect(await names(make('Zoë\n山田\n'))).toEqual(['Zoë', '山田']);
      expect(await names(make('["Zoë","山田"]'))).toEqual(['Zoë', '山田']);
      expect(await names(make('Team\tUser\nQA\tZoë\n'))).toEqual(['Zoë']);
    }
  });
});

describe('bytes that are no text', () => {
  const HINT =
    'Save it as UTF-8 (in Excel: CSV UTF-8), or as UTF-16 with a byte order mark. Nothing was written.';
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  it.each([
    ['Windows-1252', latin1('User\njsmith\nJ\u00fcrgen\n'), 3, 'not UTF-8 (the byte 0xFC)'],
    ['the last byte', latin1('User\r\njsmith\r\nRen\u00e9'), 3, 'not UTF-8 (the byte 0xE9)'],
    ['the first byte', latin1('\u00e9a\nb\n'), 1, 'not UTF-8 (the byte 0xE9)'],
    [
      'a character cut short',
      Buffer.from('a\nb\n山').subarray(0, -1),
      3,
      'not UTF-8 (the byte 0xE5)',
    ],
    ['a stray continuation', latin1('a\rb\x80\rc'), 2, 'not UTF-8 (the byte 0x80)'],
    ['an encoded surrogate', latin1('a\n\u00ed\u00a0\u0080\n'), 2, 'not UTF-8 (the byte 0xED)'],
    ['a NUL', Buffer.from('a\nb\0c\n'), 2, 'a NUL byte'],
    ['UTF-16 without a mark', Buffer.from('a\nb\n', 'utf16le'), 1, 'a NUL byte'],
    [
      'UTF-16 cut short',
      utf16le('a\nbc').subarray(0, -1),
      2,
      'the last UTF-16 character is cut short',
    ],
    [
      'UTF-16 with half a pair',
      utf16le('a\nb\ud83d\nc'),
      2,
      'not valid UTF-16 (half of a surrogate pair)',
    ],
    ['UTF-16 with a NUL', utf16be('a\nb\0'), 2, 'a NUL byte'],
  ])('are refused with their line: %s', async (_name, bytes, line, what) => {
    expect(await failure(bytes)).toEqual({
      code: 'bad-encoding',
      exit: 2,
      text: `standard input, line ${line}: ${what}. ${HINT}`,
      details: { file: 'standard input', line },
    });
  });

  it('are found anywhere in a large file', async () => {
    const good = 'jsmith ä 山\n'.repeat(5000);
    for (const line of [1, 2, 4999, 5001]) {
      const at = Buffer.byteLength('jsmith ä 山\n') * (line - 1);
      const bytes = Buffer.from(good);
      const all = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at)]);
      expect(await failure(all)).toMatchObject({ code: 'bad-encoding', details: { line } });
    }
  });

  it.each([
    ['504b0304140006000800', 'an Excel workbook or another zip file'],
    ['d0cf11e0a1b11ae1', 'an old Excel workbook'],
    ['1f8b0800', 'compressed (gzip)'],
  ])('are refused as what they are: %s', async (hex, what) => {
    expect(await failure(Buffer.from(hex, 'hex'))).toMatchObject({
      code: 'not-text',
      exit: 2,
      text: `standard input is ${what}, and not text. Save it as CSV (in Excel: CSV UTF-8). Nothing was written.`,
    });
  });
});

describe('a name', () => {
  const place = 'standard input, line 2';

  it.each([
    ['a\u001bb', 'the control character U+001B'],
    ['a\u007fb', 'the control character U+007F'],
    ['a\u0085b', 'the control character U+0085'],
    ['a\u200eb', 'the invisible character U+200E'],
    ['\u200bjsmith', 'the invisible character U+200B'],
    ['a\u202eb', 'the invisible character U+202E'],
    ['a\u00adb', 'the invisible character U+00AD'],
    ['a\u2028b', 'the invisible character U+2028'],
    ['a\u00a0b', 'a no-break space (U+00A0)'],
    ['a\u2007b', 'a no-break space (U+2007)'],
    ['a\u202fb', 'a no-break space (U+202F)'],
    ['a\u2009b', 'an unusual space (U+2009)'],
    ['a\u205fb', 'an unusual space (U+205F)'],
    ['a\u3164b', 'the invisible character U+3164'],
    ['a\ufe0fb', 'the invisible character U+FE0F'],
    ['a\u034fb', 'the invisible character U+034F'],
    ['a\u2800b', 'the invisible character U+2800'],
    ['a\u{e0101}b', 'the invisible character U+E0101'],
    ['J\ufffdrgen', 'U+FFFD, which stands where a character was lost,'],
  ])('holds nothing that is not to be seen: %j', async (name, what) => {
    const text = `${place}: ${what} in the name ${name}. Nothing was written.`;
    for (const file of [`User\n${name}\n`, `x\n${name}\n`, `["x",\n${JSON.stringify(name)}]`]) {
      expect(await failure(file)).toMatchObject({ code: 'bad-name', exit: 2, text });
    }
  });

  it('holds no tab and no line break', async () => {
    expect((await failure('x\na\tb\n')).text).toBe(
      `${place}: a tab in the name a\tb. Nothing was written.`,
    );
    expect((await failure('User\n"a\nb"\n')).text).toBe(
      `${place}: a line break in the name a\nb. Nothing was written.`,
    );
  });

  it('is no longer than 1,000 characters, whatever they are', async () => {
    for (const character of ['a', 'ä'])
      for (const length of [1002, 5_000_000]) {
        const name = character.repeat(length);
        const said = length === 1002 ? '1,002' : '5,000,000';
        const text = `${place}: a name of ${said} characters. Nothing was written.`;
        for (const file of [`User\n${name}\n`, `x\n${name}\n`, `["x",\n${JSON.stringify(name)}]`])
          expect(await failure(file)).toMatchObject({ code: 'bad-name', exit: 2, text });
      }
    expect(await names(`x\n${'a'.repeat(1000)}\n`)).toEqual(['x', 'a'.repeat(1000)]);
  });

  it('is trimmed of all kinds of blanks', async () => {
    expect(await names('x\n\u00a0\u3000a \t\ufeff\n')).toEqual(['x', 'a']);
    expect(await names('User\n"\n a\u00a0"\n')).toEqual(['a']);
  });
});

describe('what a spreadsheet leaves', () => {
  const HINT =
    'Format the column as text before the values are entered, and export it again. Nothing was written.';

  it.each<readonly [string, string]>([
    ['1.16E+20', 'is what a spreadsheet makes of a long number'],
    ['1,16E+20', 'is what a spreadsheet makes of a long number'],
    ['-1E+05', 'is what a spreadsheet makes of a long number'],
    ['4.9e-324', 'is what a spreadsheet makes of a long number'],
    ...[
      '#N/A',
      '#NAME?',
      '#REF!',
      '#VALUE!',
      '#DIV/0!',
      '#NULL!',
      '#NUM!',
      '#SPILL!',
      '#NV',
      '#WERT!',
      '#NOM?',
      'Err:502',
    ].map((word) => [word, "is a spreadsheet's word for an error"] as const),
    ['####', 'is what a spreadsheet shows in a narrow column'],
  ])('is named with its row: %s', async (cell, what) => {
    expect(await failure(`Team;User\nQA;a\nQA; ${cell}\n`)).toEqual({
      code: 'spreadsheet-damage',
      exit: 2,
      text: `standard input, line 3: ${cell} ${what}. ${HINT}`,
      details: {
        file: 'standard input',
        line: 3,
        count: 1,
        rows: [{ line: 3, code: 'spreadsheet-damage', message: `${cell} ${what}` }],
      },
    });
  });

  it('is named in a list and in JSON as well', async () => {
    for (const cell of [
      '1.16E+20',
      '#N/A',
      '#NAME?',
      '#REF!',
      '#VALUE!',
      '#DIV/0!',
      '#NULL!',
      '#NUM!',
    ]) {
      expect(await failure(`a\n${cell}\n`)).toMatchObject({
        code: 'spreadsheet-damage',
        details: { line: 2 },
      });
      expect(await failure(`["a",\n"${cell}"]`)).toMatchObject({
        code: 'spreadsheet-damage',
        details: { line: 2 },
      });
    }
  });

  it('is not seen in a name that only looks a little like it', async () => {
    const all = [
      '12E4',
      '1E5',
      'E+20',
      '11.6E+20',
      'A1.16E+20',
      '116000000000000000000',
      'N/A',
      'Err:5',
      '1.16E+20x',
    ];
    expect(await names(`User\n${all.join('\n')}\n`)).toEqual(all);
    expect(await names('User\n#1\n#admins\n#N\n##\n')).toEqual(['#1', '#admins', '#N', '##']);
    expect(await names('####\na\n#TODO!\n# N/A\n')).toEqual(['a']);
  });
});
