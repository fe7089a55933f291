import { usageError, interruptedError } from '../../errors.ts';
import type { Io, Question } from '../io.ts';
import { safeText } from '../safe-text.ts';

/** Questions to a person, and what happens where there is nobody to ask. */

export interface ConfirmContext {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Standard input was read for something else. */
  readonly stdinTaken: boolean;
}

/** Whether a person can be asked: both ends are terminals, and standard input is free. */
function reader({ io, env, stdinTaken }: ConfirmContext): Io['readLine'] {
  const isTerminal = io.stdinIsTTY && io.stderr.isTTY && env['TERM'] !== 'dumb' && !stdinTaken;
  return isTerminal ? io.readLine?.bind(io) : undefined;
}

/**
 * Asks for a line; undefined off a terminal.
 *
 * @throws interrupted (130) when it is cancelled
 */
export async function askLine(
  question: Question,
  context: ConfirmContext,
): Promise<string | undefined> {
  const line = await reader(context)?.(
    { ...question, text: safeText(question.text) },
    context.signal,
  );
  if (line === undefined && reader(context) !== undefined) throw interruptedError();
  return line;
}

/**
 * Asks a question that is answered with yes or no; no is the default.
 *
 * @param option what answers it where groupctl cannot ask: `--yes`
 * @throws usage `confirmation-needed` (2) off a terminal, interrupted (130) when it is cancelled
 */
export async function confirm(
  question: string,
  option: string,
  context: ConfirmContext,
): Promise<boolean> {
  const line = await askLine({ text: `${question} (y/N)` }, context);
  if (line !== undefined) return isYes(line);
  throw usageError(
    `Confirmation needed, but ${whyNotAsked(context)}. Add ${option} to go ahead.`,
    undefined,
    'confirmation-needed',
    { nothingWritten: true },
  );
}

function whyNotAsked({ io, env, stdinTaken }: ConfirmContext): string {
  if (stdinTaken && io.stdinIsTTY) return 'standard input was read for something else';
  const isDumb = io.stdinIsTTY && io.stderr.isTTY && env['TERM'] === 'dumb';
  return isDumb ? 'groupctl asks nothing if TERM is "dumb"' : 'this is not a terminal';
}

/**
 * Only `y` and `yes` mean yes; a first letter does not, or text that was pasted behind the command
 * (`yarn install`) would answer for the person.
 */
export function isYes(line: string): boolean {
  return /^\s*y(es)?\s*$/i.test(line);
}
