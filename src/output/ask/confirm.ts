import { usageError, interruptedError } from '../../errors.ts';
import type { Io } from '../io.ts';
import { safeText } from '../safe-text.ts';

/** Questions to a person, and what happens where there is nobody to ask. */

export interface ConfirmContext {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Standard input was read for something else. */
  readonly stdinTaken: boolean;
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
  { io, env, signal, stdinTaken }: ConfirmContext,
): Promise<boolean> {
  const isTerminal = io.stdinIsTTY && io.stderr.isTTY && env['TERM'] !== 'dumb' && !stdinTaken;
  if (!isTerminal || io.ask === undefined) {
    const why =
      stdinTaken && io.stdinIsTTY
        ? 'standard input was read for something else'
        : 'this is not a terminal';
    throw usageError(
      `Confirmation needed, but ${why}. Add ${option} to go ahead.`,
      undefined,
      'confirmation-needed',
      { nothingWritten: true },
    );
  }
  const answer = await io.ask(safeText(question), signal);
  if (answer === 'cancelled') throw interruptedError();
  return answer;
}
