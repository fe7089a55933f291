import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { confirm, type ConfirmContext, isYes } from '../../../src/output/ask/confirm.ts';
import { forgetTyped, readLineOnTerminal } from '../../../src/output/ask/prompt.ts';

/** The input of a terminal: what is written to it was typed. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];

  setRawMode(raw: boolean): this {
    this.modes.push(raw);
    return this;
  }
}

type Answer = boolean | 'cancelled';

interface Asked {
  readonly answer: Answer;
  /** The line, as it was typed. */
  readonly line: string | undefined;
  readonly text: string;
  readonly keyboard: Keyboard;
}

/** Asks, with these keys pressed one after the other. */
async function ask(
  keys: readonly string[],
  then?: (keyboard: Keyboard) => void,
  hidden = false,
): Promise<Asked> {
  const keyboard = new Keyboard();
  const output = new PassThrough();
  const { signal } = new AbortController();
  const question = { text: 'Remove 12 members? (y/N)', hidden };
  const answer = readLineOnTerminal({ question, input: keyboard, output, signal });
  for (const key of keys) {
    keyboard.write(key);
    await sleep(1);
  }
  then?.(keyboard);
  const line = await answer;
  const yes = line === undefined ? 'cancelled' : isYes(line);
  return { answer: yes, line, text: textOf(output), keyboard };
}

/** What a person reads of it: the escape sequences taken out, and each frame only once. */
function textOf(output: PassThrough): string {
  const written = (output.read() as Buffer | null)?.toString('utf8') ?? '';
  // eslint-disable-next-line no-control-regex -- escape sequences
  const frames = written.replaceAll(/\u001b\[\?25[lh]/g, '').split(/(?:\u001b\[\d*[A-Z])+/);
  return frames.at(-1) ?? '';
}

const SURE = { text: 'Sure?' };

describe('a question on the terminal', () => {
  it.each([
    ['y', ['y', '\r'], true],
    ['Y', ['Y', '\r'], true],
    ['yes', ['y', 'e', 's', '\r'], true],
    ['yes, pasted', ['yes\r'], true],
    ['yes with spaces', [' YES ', '\r'], true],
    ['yes, typed before the question was there', ['y\n'], true],
    ['yes, corrected', ['n', '\u007f', 'y', '\r'], true],
    ['Enter', ['\r'], false],
    ['a line feed', ['\n'], false],
    ['n', ['n', '\r'], false],
    ['no', ['no\r'], false],
    ['something else', ['maybe', '\r'], false],
    ['what was pasted behind the command', ['yarn install\n', 'y\n'], false],
    ['yes in another alphabet', ['да', '\r'], false],
  ] as const)('%s', async (_, keys, expected) => {
    const { answer, keyboard } = await ask(keys);
    expect(answer).toBe(expected);
    expect([keyboard.modes[0], keyboard.modes.at(-1)]).toEqual([true, false]);
  });

  it('does not show a secret that is typed, and reads it', async () => {
    const { line, text } = await ask(['k3y', '\u007f', 'Y-1', '\r'], undefined, true);
    expect(line).toBe('k3Y-1');
    expect(text).toBe('Remove 12 members? (y/N) \n');
  });

  it('waits for Enter', async () => {
    const { answer, text } = await ask(['y', 'n', '\r']);
    expect(answer).toBe(false);
    expect(text).toBe('Remove 12 members? (y/N) yn\n');
  });

  it('leaves question and answer behind, on a line of their own', async () => {
    expect((await ask(['yes', '\r'])).text).toBe('Remove 12 members? (y/N) yes\n');
    expect((await ask(['\r'])).text).toBe('Remove 12 members? (y/N) \n');
    expect((await ask(['y\n'])).text).toBe('Remove 12 members? (y/N) y\n');
  });

  it.each([
    ['Ctrl-C', ['\u0003']],
    ['Ctrl-C after a word', ['yes', '\u0003']],
    ['Esc', ['\u001b']],
    ['Ctrl-D', ['\u0004']],
  ] as const)('%s cancels it, and the terminal is as before', async (_, keys) => {
    const { answer, text, keyboard } = await ask(keys);
    expect(answer).toBe('cancelled');
    expect(text).toMatch(/^Remove 12 members\? \(y\/N\) (yes)?\n$/);
    expect(keyboard.modes.at(-1)).toBe(false);
    expect(keyboard.listenerCount('keypress')).toBe(0);
  });

  it('goes on after it was stopped and came back', async () => {
    const { answer, text } = await ask(['y'], (keyboard) => {
      keyboard.pause();
      setTimeout(() => keyboard.write('\r'), 20);
    });
    expect(answer).toBe(true);
    expect(text).toBe('Remove 12 members? (y/N) y\n'.repeat(2).replace('\n', ''));
  });

  it('reads nothing more afterwards', async () => {
    expect((await ask(['y', '\r'])).keyboard.isPaused()).toBe(true);
  });

  it('is cancelled when the input ends', async () => {
    const { answer, keyboard } = await ask(['y'], (keyboard) => keyboard.end());
    expect(answer).toBe('cancelled');
    expect(keyboard.modes.at(-1)).toBe(false);
  });

  it('is not asked where the input has ended already', async () => {
    const keyboard = new Keyboard();
    keyboard.end();
    keyboard.resume();
    await sleep(1);
    const output = new PassThrough();
    const { signal } = new AbortController();
    expect(
      await readLineOnTerminal({ question: SURE, input: keyboard, output, signal }),
    ).toBeUndefined();
    expect(output.read()).toBeNull();
  });

  it('is taken back by a signal', async () => {
    const keyboard = new Keyboard();
    const output = new PassThrough();
    const interrupt = new AbortController();
    const { signal } = interrupt;
    const answer = readLineOnTerminal({ question: SURE, input: keyboard, output, signal });
    keyboard.write('y');
    interrupt.abort();
    expect(await answer).toBeUndefined();
    expect(keyboard.modes.at(-1)).toBe(false);
    expect(textOf(output)).toMatch(/\n$/);
  });
});

describe('confirming', () => {
  const stream = { isTTY: true, write: (): void => undefined };

  function context(answer: Answer, over: Partial<ConfirmContext['io']> = {}) {
    const asked: string[] = [];
    const io: ConfirmContext['io'] = {
      stdout: { ...stream, isTTY: false },
      stderr: stream,
      stdinIsTTY: true,
      readStdin: () => Promise.resolve(Buffer.of()),
      readLine: ({ text }) => {
        asked.push(text);
        return Promise.resolve(answer === 'cancelled' ? undefined : answer ? 'y' : 'n');
      },
      ...over,
    };
    const { signal } = new AbortController();
    return { asked, context: { io, env: {}, signal, stdinTaken: false } };
  }

  it.each([true, false])('comes back with the answer: %s', async (answer) => {
    const { asked, context: c } = context(answer);
    expect(await confirm('Remove \u001b[31m12\u202e?', '--yes', c)).toBe(answer);
    expect(asked).toEqual(['Remove \\u{1B}[31m12\\u{202E}? (y/N)']);
  });

  it('cancelled is an interrupt: 130', async () => {
    const { context: c } = context('cancelled');
    await expect(confirm('Sure?', '--yes', c)).rejects.toMatchObject({
      kind: 'interrupted',
      code: 'interrupted',
      exitCode: 130,
    });
  });

  type Over = Partial<Omit<ConfirmContext, 'io'>> & { io?: Partial<ConfirmContext['io']> };
  const NO_TERMINAL = 'this is not a terminal';
  it.each<[string, Over, string]>([
    ['standard input is none', { io: { stdinIsTTY: false } }, NO_TERMINAL],
    ['standard error is none', { io: { stderr: { ...stream, isTTY: false } } }, NO_TERMINAL],
    ['it is a dumb one', { env: { TERM: 'dumb' } }, 'groupctl asks nothing if TERM is "dumb"'],
    [
      'standard input was read for a file',
      { stdinTaken: true },
      'standard input was read for something else',
    ],
  ])('off a terminal: 2, naming the option (%s)', async (_, { io, ...over }, why) => {
    const { asked, context: c } = context(true, io ?? {});
    await expect(confirm('Sure?', '--confirm-each', { ...c, ...over })).rejects.toMatchObject({
      kind: 'usage',
      code: 'confirmation-needed',
      message: `Confirmation needed, but ${why}. Add --confirm-each to go ahead.`,
      nothingWritten: true,
      exitCode: 2,
    });
    expect(asked).toEqual([]);
  });
});

it('what was typed before the question answers nothing', async () => {
  const keyboard = new Keyboard();
  keyboard.write('y\r');
  await forgetTyped(keyboard);
  const output = new PassThrough();
  const { signal } = new AbortController();
  const answer = readLineOnTerminal({ question: SURE, input: keyboard, output, signal });
  keyboard.write('n\r');
  expect(await answer).toBe('n');
});
