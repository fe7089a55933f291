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
