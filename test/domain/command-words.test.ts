import { describe, expect, it } from 'vitest';
import { commandWords } from '../../src/domain/command-words.ts';

describe('the words of a command', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['op', ['op']],
    ['op read  op://it/key', ['op', 'read', 'op://it/key']],
    ['\top\tread\n', ['op', 'read']],
    ['cat "my key.txt"', ['cat', 'my key.txt']],
    ["cat 'my key.txt'", ['cat', 'my key.txt']],
    [`say "it's"`, ['say', "it's"]],
    [`say '"hi"'`, ['say', '"hi"']],
    ['run ""', ['run', '']],
    ["run '' x", ['run', '', 'x']],
    ['a"b c"d', ['ab cd']],
    [String.raw`cat my\ key.txt`, ['cat', 'my key.txt']],
    [String.raw`cat "a\"b"`, ['cat', 'a"b']],
    [String.raw`cat 'a\b'`, ['cat', String.raw`a\b`]],
    [String.raw`cat a\\b`, ['cat', String.raw`a\b`]],
    [String.raw`\ x`, [' x']],
    ['cat \\', ['cat', '\\']],
  ])('%j are %j', (command, words) => {
    expect(commandWords(command, 'linux')).toEqual(words);
  });

  it.each([
    ['cat "my key.txt', '"'],
    ["cat 'my key.txt", "'"],
    [`cat "it's`, '"'],
  ])('%j has a quote without an end', (command, quote) => {
    expect(commandWords(command, 'linux')).toBe(quote);
  });

  it('keep the backslashes of a path on Windows', () => {
    const command = String.raw`"C:\Program Files\op.exe" read C:\key.txt`;
    expect(commandWords(command, 'win32')).toEqual([
      String.raw`C:\Program Files\op.exe`,
      'read',
      String.raw`C:\key.txt`,
    ]);
  });
});
