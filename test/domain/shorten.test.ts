import { describe, expect, it } from 'vitest';
import { forShell, sourceOption } from '../../src/domain/shorten.ts';

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
