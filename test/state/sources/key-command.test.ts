import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyFromCommand, wordsOf } from '../../../src/state/sources/key-command.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

describe('the words of a key command', () => {
  it.each([
    ['op read op://it/proget/key', ['op', 'read', 'op://it/proget/key']],
    ['  pass   show\tproget  ', ['pass', 'show', 'proget']],
    ['a "b c" \'d e\'', ['a', 'b c', 'd e']],
    ['a "" b', ['a', '', 'b']],
    ['a b"c d"e', ['a', 'bc de']],
    ['a "it\'s" \'"x"\'', ['a', "it's", '"x"']],
    ['a b\\ c \\"d', ['a', 'b c', '"d']],
    ['a "b\\"c" \'d\\e\'', ['a', 'b"c', 'd\\e']],
    ['a $HOME `x` ; & | *', ['a', '$HOME', '`x`', ';', '&', '|', '*']],
    ['jürgen "größe 名"', ['jürgen', 'größe 名']],
    ['a\\', ['a\\']],
  ])('%j', (command, words) => {
    expect(wordsOf(command, 'linux')).toEqual(words);
  });

  it('keep their backslashes on Windows', () => {
    expect(wordsOf('"C:\\Program Files\\op\\op.exe" read C:\\keys\\a', 'win32')).toEqual([
      'C:\\Program Files\\op\\op.exe',
      'read',
      'C:\\keys\\a',
    ]);
  });

  it.each([
    ['', 'The command is empty.'],
    ['   ', 'The command is empty.'],
    ['""', 'The command is empty.'],
    ['op "read', 'The command has a " without an end.'],
    ["op 'read", "The command has a ' without an end."],
  ])('of %j are refused: 2', (command, message) => {
    expect(() => wordsOf(command, 'linux')).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'bad-command', message }),
    );
  });
});

/** A command that runs this script. */
function script(code: string): string {
  const path = join(temporaryFolder(), 'key.js');
  writeFileSync(path, code);
  return `"${process.execPath}" ${path}`;
}

const LIMITS = { platform: 'linux', limitMs: 20_000, stdinIsTTY: false };

async function run(code: string, over: { limitMs?: number; signal?: AbortSignal } = {}) {
  const signal = over.signal ?? new AbortController().signal;
  return await keyFromCommand(script(code), 'prod', { ...LIMITS, ...over, signal });
}

describe('the key of a command', () => {
  it.each([
    ['a line', `console.log('abc12345')`, 'abc12345'],
    ['no line end', `process.stdout.write('abc12345')`, 'abc12345'],
    ['Windows line ends', `process.stdout.write('abc12345\\r\\nmore\\r\\n')`, 'abc12345'],
    ['the first of several lines', `console.log('abc12345\\nuser: jsmith')`, 'abc12345'],
    [
      'two writes',
      `process.stdout.write('abc'); setTimeout(() => console.log('12345'), 50)`,
      'abc12345',
    ],
    ['UTF-16', `process.stdout.write(Buffer.from('\\ufeffabc12345\\r\\n', 'utf16le'))`, 'abc12345'],
  ])('is its first line: %s', async (_, code, key) => {
    expect(await run(code)).toBe(key);
  });

  it.each([
    ['fails', `console.log('abc12345'); process.exit(4)`, 'failed (exit 4)'],
    [
      'is killed',
      `console.log('abc12345'); process.kill(process.pid, 'SIGKILL')`,
      'failed (SIGKILL)',
    ],
    ['prints nothing', '', 'printed no key on its first line'],
    [
      'prints an empty line first',
      `console.log('\\nabc12345')`,
      'printed no key on its first line',
    ],
  ])('is none when the command %s: 3, without its output', async (_, code, why) => {
    const error = await run(code).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'unauthorized',
      code: 'key-command-failed',
      exitCode: 3,
      message: `The key command "${process.execPath}" of the source "prod" ${why}.`,
    });
    expect(JSON.stringify(error)).not.toContain('abc12345');
  });

  it('is none when there is no such program: 3', async () => {
    const signal = new AbortController().signal;
    await expect(
      keyFromCommand('no-such-program-here x', 'prod', { ...LIMITS, signal }),
    ).rejects.toMatchObject({
      message:
        'The key command "no-such-program-here" of the source "prod" could not be started (ENOENT).',
    });
  });

  it('is not waited for longer than the limit', async () => {
    await expect(run('setInterval(() => {}, 1000)', { limitMs: 300 })).rejects.toMatchObject({
      message: expect.stringMatching(/did not end within 0\.3 s\.$/) as string,
    });
  });

  it('is given up at an interrupt: 130', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 200);
    await expect(
      run('setInterval(() => {}, 1000)', { signal: interrupt.signal }),
    ).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('comes though a process that the command started keeps its output open', async () => {
    const code = `
      require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 15000)'],
        { stdio: ['ignore', 'inherit', 'ignore'], detached: true }).unref();
      console.log('abc12345');`;
    const before = Date.now();
    expect(await run(code)).toBe('abc12345');
    expect(Date.now() - before).toBeLessThan(14_000);
  });

  it('runs without a shell', async () => {
    const command = `${script('console.log(process.argv.slice(2).join(" "))')} $HOME ; echo`;
    const signal = new AbortController().signal;
    expect(await keyFromCommand(command, 'prod', { ...LIMITS, signal })).toBe('$HOME ; echo');
  });
});
