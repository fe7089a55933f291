import type { Deps } from '../../cli/deps.ts';
import { type GroupctlError, isGroupctlError, usageError } from '../../errors.ts';
import { sentences } from '../../domain/sentences.ts';

/** Questions of `sources add`. */

/** @throws usage (2) `missing-option` off a terminal; interrupted (130) */
export async function askRequired(deps: Deps, text: string, hidden = false): Promise<string> {
  const line = await deps.ask({ text, hidden });
  if (line === undefined) throw missingUrlError();
  return hidden ? line : line.trim();
}

/** Undefined for an empty line. */
export async function askOptional(
  deps: Deps,
  text: string,
  hidden = false,
): Promise<string | undefined> {
  const line = await askRequired(deps, text, hidden);
  return line === '' ? undefined : line;
}

/** Asks until the line can be used; what is wrong with one is shown. */
export async function askUntil<T>(
  deps: Deps,
  text: string,
  use: (line: string) => T | Promise<T>,
): Promise<T> {
  for (;;) {
    const line = await askRequired(deps, text);
    try {
      return await use(line);
    } catch (error) {
      if (!isGroupctlError(error) || error.kind !== 'usage') throw error;
      showProblem(error, deps);
    }
  }
}

/** What is wrong, and what to do about it, before the next question. */
export function showProblem({ message, hint }: GroupctlError, deps: Deps): void {
  deps.show([sentences(message, hint)]);
}

export function missingUrlError(): GroupctlError {
  return usageError(
    'Missing option --url for "sources add".',
    'Add --url. Or use a terminal and none of these options: groupctl then asks for everything.',
    'missing-option',
  );
}
