import { describe, expect, it } from 'vitest';
import {
  forShell,
  harmless,
  inQuotes,
  isUrlLike,
  quotedIfPadded,
  secretName,
  shortened,
  harmlessPath,
  sourceOption,
} from '../../src/domain/shorten.ts';

describe('the value of an option, for a shell', () => {
  it.each([
    ['jsmith', 'jsmith'],
    ['j.smith@corp.example', 'j.smith@corp.example'],
    ['https://proget.corp.local/', 'https://proget.corp.local/'],
    ['John Smith', '"John Smith"'],
    // A shell takes a bare backslash away.
    ['CORP\\akhan', '"CORP\\akhan"'],
    ["p.o'neil", '"p.o\'neil"'],
    ['a$(rm x)', "'a$(rm x)'"],
    ['say "hi"', `'say "hi"'`],
    ["it's `x`", "'it'\\''s `x`'"],
  ])('%j is %s', (value, typed) => {
    expect(forShell(value)).toBe(typed);
  });

  it('is left out for the source that commands use without it', () => {
    expect([sourceOption('Default'), sourceOption('my server')]).toEqual([
      '',
      ' --source="my server"',
    ]);
  });
});

describe('a text in a message', () => {
  const long = 'x'.repeat(61);

  it('is at most 60 characters long', () => {
    expect(shortened('x'.repeat(60))).toBe('x'.repeat(60));
    expect(shortened(long)).toBe(`${'x'.repeat(59)}…`);
    expect(inQuotes(long)).toBe(`"${'x'.repeat(59)}…"`);
    // No half of a character.
    expect(shortened(`${'x'.repeat(58)}😀😀`)).toBe(`${'x'.repeat(58)}\ufffd…`);
  });

  it('has quotes where blanks stand around it', () => {
    expect(['ann', ' ann', 'ann ', '', ' '].map(quotedIfPadded)).toEqual([
      'ann',
      '" ann"',
      '"ann "',
      '""',
      '" "',
    ]);
  });
});

describe('a word that may hold a secret', () => {
  it.each([
    ['jsmith', 'jsmith'],
    ['--api-key=hunter2', '--api-key=…'],
    ['--api-keyhunter2', '--api-key…'],
    ['api-key:hunter2', 'api-key:…'],
    ['--name=QA', '--name=…'],
    ['https://a.example/x', 'https://a.example/x'],
    ['https://u:p@a.example/', '…@a.example/'],
    ['u:p@q@a.example', '…@a.example'],
    ['user:word', 'user:…'],
    ['a@b=c', '…@b=…'],
    ['--login-password hunter2', '--login-password …'],
    ['—token hunter2', '—token …'],
  ])('%j is shown as %j', (typed, shownAs) => {
    expect(harmless(typed)).toBe(shownAs);
  });

  it.each([
    ['--api-key', '--api-key'],
    ['--APIKEYhunter2', '--APIKEY'],
    ['-pwhunter2', '-pw'],
    ['/token:x', '/token'],
    ['--client-secret-stdin', '--client-secret-stdin'],
    ['client_secret=x', 'client_secret'],
    ['password', 'password'],
    ['--passwords', '--password'],
    ['--loginpassword', '--loginpassword'],
    ['--key-file', '--key-file'],
    ['token', undefined],
    ['--name', undefined],
    ['x--api-key', undefined],
  ])('%j begins with the name of a secret: %s', (typed, name) => {
    expect(secretName(typed)).toBe(name);
  });
});

describe('a path', () => {
  it.each([
    ['https://u:p@a.example/x', true],
    ['ftp://a', true],
    ['u:p@a.example', true],
    ['a:b\n@c', true],
    ['C:\\team.csv', false],
    ['c:/team@home.csv', false],
    ['team.csv', false],
    ['a@b', false],
    ['1x://a', false],
  ])('%j is like a URL: %s', (path, is) => {
    expect(isUrlLike(path)).toBe(is);
  });

  it('is shown without the password of a URL', () => {
    expect(harmlessPath('https://u:p@a.example/x')).toBe('…@a.example/x');
    expect(harmlessPath('C:\\a=b.csv')).toBe('C:\\a=b.csv');
  });
});
