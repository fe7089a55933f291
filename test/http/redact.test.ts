import { describe, expect, it } from 'vitest';
import { GroupctlError } from '../../src/errors.ts';
import { cleanDeep, redacted, Redactor } from '../../src/http/redact.ts';

const SECRET = 'kEy/7f3+S3CR3T"\\q<&\'ä😀';
const redactor = new Redactor();
redactor.add(SECRET);
const clean = (text: string): string => redactor.clean(text);

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const everyUnit = Array.from({ length: SECRET.length }, (_, at) => SECRET.charCodeAt(at))
  .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
  .join('');
const entities = (text: string, entity: (code: number) => string): string =>
  Array.from(text, (each) => entity(each.codePointAt(0) ?? 0)).join('');
const letters = Array.from(SECRET);
const hex = (): string[] =>
  Array.from(Buffer.from(SECRET), (byte) => byte.toString(16).padStart(2, '0'));
const inLines = (text: string, newline: string): string =>
  text.replace(/.{12}(?!$)/g, (line) => `${line}${newline}`);
const latin1 = Buffer.from(SECRET).toString('latin1');

describe('a secret in text', () => {
  it.each([
    ['plain', SECRET],
    ['JSON', inJson(SECRET)],
    ['JSON in JSON', inJson(inJson(SECRET))],
    ['JSON in JSON in JSON', inJson(inJson(inJson(SECRET)))],
    ['every unit escaped', everyUnit],
    ['every unit escaped, in upper case', everyUnit.toUpperCase().replaceAll('\\U', '\\u')],
    ['every unit escaped, in JSON', inJson(everyUnit)],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    [
      'every byte percent-encoded, in lower case',
      [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    ],
    ['decimal entities', entities(SECRET, (code) => `&#0${code};`)],
    ['hexadecimal entities', entities(SECRET, (code) => `&#X${code.toString(16)};`)],
    [
      'named entities',
      'kEy&sol;7f3&plus;S3CR3T&quot;&bsol;q&LT;&amp;&apos;&auml;😀'.replace('&amp;', '&AMP;'),
    ],
    [
      'entities in JSON of .NET',
      'kEy/7f3+S3CR3T\\u0026quot;\\\\q\\u0026lt;\\u0026amp;\\u0026#39;ä😀',
    ],
    ['bytes taken for Latin-1', latin1],
    ['bytes taken for Latin-1, percent-encoded', encodeURIComponent(latin1)],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64 in lines', inLines(Buffer.from(SECRET).toString('base64'), '\r\n')],
    ['base64 in lines, in JSON', inLines(Buffer.from(SECRET).toString('base64'), '\\r\\n')],
    ['base64 of UTF-16', Buffer.from(SECRET, 'utf16le').toString('base64')],
    ['base64 of UTF-16, big-endian', Buffer.from(SECRET, 'utf16le').swap16().toString('base64')],
    ['hexadecimal', hex().join('')],
    ['hexadecimal in upper case', hex().join('').toUpperCase()],
    ['hexadecimal with blanks', hex().join(' ')],
    ['hexadecimal with dashes', hex().join('-').toUpperCase()],
    ['UTF-16 read as UTF-8', letters.join('\0')],
    ['UTF-16 read as UTF-8, in JSON', inJson(letters.join('\0'))],
    ['characters without width in between', letters.join('\u200b')],
    [
      'entities without width in between',
      entities(SECRET, (code) => `&#${code};&#8203;`).slice(0, -7),
    ],
    [
      'a soft hyphen, a tag and a colour',
      `${SECRET.slice(0, 4)}\u00ad\u{e0041}\u001b[31m${SECRET.slice(4)}`,
    ],
    ['a line break', `${SECRET.slice(0, 9)}\r\n   ${SECRET.slice(9)}`],
    ['a line break in JSON', inJson(`${SECRET.slice(0, 9)}\n${SECRET.slice(9)}`)],
    ['a text of SQL', SECRET.replaceAll("'", "''")],
    ['upper case', SECRET.toUpperCase()],
    ['lower case', SECRET.toLowerCase()],
    ['lower case, percent-encoded', encodeURIComponent(SECRET.toLowerCase())],
    ['percent-encoded by escape() of JavaScript', everyUnit.replaceAll('\\u', '%u')],
    ['decimal entities without a semicolon', entities(SECRET, (code) => `&#${code}`)],
    [
      'named entities without a semicolon',
      SECRET.replace('&', '&amp').replace('<', '&lt').replace('"', '&quot'),
    ],
    ['base64 in JSON of .NET', Buffer.from(SECRET).toString('base64').replaceAll('+', '\\u002B')],
  ])('is replaced: %s', (_, form) => {
    expect(clean(`"key": "${form}", <b>`)).toBe('"key": "***", <b>');
  });

  it('is replaced in the base64 of a longer text, at each of its places', () => {
    for (const before of ['a', 'ab', 'abc']) {
      const whole = Buffer.from(`${before}${SECRET}rest`).toString('base64url');
      expect(clean(whole)).toMatch(/^\w{0,4}\*\*\*\w{4,7}$/);
    }
  });

  it('is replaced where it holds what looks like an escape', () => {
    const odd = new Redactor();
    const text = 'a%41&lt;\\n"z';
    odd.add(text);
    for (const form of [text, inJson(text), encodeURIComponent(text), inJson(inJson(text))]) {
      expect(odd.clean(`x"${form}"`)).toBe('x"***"');
    }
  });

  it('is replaced in the hexadecimal of UTF-16', () => {
    const ascii = new Redactor();
    ascii.add('plain-key-0001');
    const bytes = Buffer.from('plain-key-0001', 'utf16le').toString('hex').slice(0, -2);
    expect(ascii.clean(`0x${bytes};`)).toBe('0x***;');
  });

  it('is replaced where the text around it has blanks, which stay', () => {
    expect(clean(`the key ${SECRET} is\n not ${SECRET}\n  known`)).toBe(
      'the key *** is\n not ***\n  known',
    );
  });

  it.each([
    ['prose', 'System.Data.SqlException (0x80131904): Invalid name\n   at Inedo.Foo(Bar x)\n'],
    ['blanks', ' '],
    ['the beginning of the secret', SECRET.slice(0, -1)],
    ['the beginning of its hexadecimal', hex().slice(0, -1).join(' ')],
    ['backslashes', '\\'],
  ])('is looked for in 64 KiB of %s in a moment', (_, text) => {
    const body = text.repeat(65_536 / text.length);
    const before = process.cpuUsage();
    for (let time = 0; time < 5; time++) clean(body);
    // A few milliseconds each; what grows with the square of the length takes many seconds.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });

  it('that is short is only looked for as it is', () => {
    const short = new Redactor();
    short.add('Pass');
    expect(short.clean('Pass: pas s, pass, P\nass')).toBe('***: pas s, pass, P\nass');
  });

  it('leaves other text as it is, its escapes too', () => {
    const text = 'a\\u0041 &amp; %41 \\\\ &nosuch; &#9999999; \\u{110000} %zz %';
    expect(clean(text)).toBe(text);
    const short = new Redactor();
    short.add('abc');
    short.add(undefined);
    expect(short.clean('abc abc')).toBe('abc abc');
  });

  it('takes the longer of two secrets, and both where they overlap', () => {
    const two = new Redactor();
    for (const secret of ['word', 'admin:word', 'wordless']) two.add(secret);
    expect(two.clean('admin:word word wordless admin:wordless')).toBe('*** *** *** ***');
  });
});

it('cleans each text of plain data, and keeps the rest', () => {
  const data = { [SECRET]: [SECRET, 1, null, { deep: `x${SECRET}` }], ok: true, not: undefined };
  expect(cleanDeep(data, clean)).toEqual({
    '***': ['***', 1, null, { deep: 'x***' }],
    ok: true,
    not: undefined,
  });
});

it('cleans every field of an error that a server can fill', () => {
  const error = new GroupctlError('server', `m ${SECRET}`, {
    code: 'http-500',
    hint: `h ${SECRET}`,
    status: 500,
    requestId: `r ${SECRET}`,
    serverError: `e ${SECRET}`,
    details: { version: `d ${SECRET}` },
    body: `${'b'.repeat(65_530)}${SECRET}`,
    source: 'prod',
  });
  expect(redacted(error, clean)).toMatchObject({
    kind: 'server',
    message: 'm ***',
    code: 'http-500',
    hint: 'h ***',
    status: 500,
    requestId: 'r ***',
    serverError: 'e ***',
    details: { version: 'd ***' },
    // Half of a secret where it was cut would not be found.
    body: `${'b'.repeat(65_530)}***`,
    source: 'prod',
  });
});
