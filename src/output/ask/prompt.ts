import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCancel, Prompt } from '@clack/core';
import type { Question } from '../io.ts';

/** The question on the terminal. */

interface AskOptions {
  readonly question: Question;
  readonly input: Readable;
  readonly output: Writable;
  /** Aborted: the question is withdrawn. */
  readonly signal: AbortSignal;
}

const SHOW_CURSOR = '\u001b[?25h';

/** A terminal hands over at once what was typed before; a person takes longer to read a question. */
const TYPED_BEFORE_MS = 50;

/** Throws away what was typed before there was a question: it answers nothing. */
export async function forgetTyped(input: Readable): Promise<void> {
  const ignore = (): void => undefined;
  input.on('data', ignore);
  await sleep(TYPED_BEFORE_MS);
  // Not paused: the library's reader would never begin to read.
  input.off('data', ignore);
}

/**
 * Asks, and reads a line, which Enter ends.
 *
 * @returns undefined on Ctrl-C, Esc, Ctrl-D, the end of the input and an abort
 */
export async function readLineOnTerminal(options: AskOptions): Promise<string | undefined> {
  const { input, output, signal } = options;
  const { text, hidden = false } = options.question;
  if (input.readableEnded || input.destroyed) return undefined;
  const ended = new AbortController();
  const shown = (line: string): string => `${text} ${hidden ? '' : line}`;
  const prompt = new Prompt<string>({
    input,
    output,
    signal: AbortSignal.any([signal, ended.signal]),
    render() {
      return shown(this.userInput);
    },
  });
  let typed = '';
  prompt.on('key', (_, { name, ctrl }) => {
    if (name === 'enter') {
      // A line feed ends a line too: what was typed before groupctl read the terminal has it. The
      // line is emptied by now.
      prompt.userInput = typed;
      prompt.state = 'submit';
    } else if (ctrl === true && name === 'd') {
      prompt.state = 'cancel';
    }
    typed = prompt.userInput;
  });
  const end = (): void => ended.abort();
  // After Ctrl-Z and `fg` the library's reader leaves the input paused, and nothing answers any
  // more, not even Ctrl-C. It pauses it at the end too, which the state tells a moment later.
  const goOn = (): void => {
    setImmediate(() => {
      if (prompt.state !== 'initial' && prompt.state !== 'active') return;
      input.resume();
      output.write(shown(prompt.userInput));
    });
  };
  input.once('end', end).once('close', end).on('pause', goOn);
  try {
    const answer = prompt.prompt();
    // The library hides it, and a line is typed here.
    output.write(SHOW_CURSOR);
    return isCancel(await answer) ? undefined : prompt.userInput;
  } finally {
    input.off('end', end).off('close', end).off('pause', goOn);
    // The reader does not do it after a pause, and a terminal that is read keeps the process alive.
    input.pause();
  }
}
