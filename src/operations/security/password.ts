import type { Deps } from '../../cli/deps.ts';
import { assertHidden } from '../../cli/stdin.ts';
import { usageError } from '../../errors.ts';

const TRIES = 3;

/**
 * The password of a new account: from the command line, typed twice on a terminal without being shown, or
 * the first line of standard input. It is redacted from here on.
 *
 * @throws usage (2) without one, or when what is typed differs three times; interrupted (130)
 */
export async function passwordFor(
  name: string,
  given: string | undefined,
  deps: Deps,
): Promise<string> {
  const typed = given === STANDARD_INPUT ? undefined : given;
  const password = typed ?? (await typedTwice(name, deps)) ?? (await firstLine(deps));
  if (password === '') throw usageError('The password is empty.', undefined, 'no-password');
  deps.redactor.add(password);
  if (typed !== undefined) warnOfPassword(deps);
  return password;
}

/** What `--password=-` stands for. */
const STANDARD_INPUT = '-';

/** Undefined off a terminal. */
async function typedTwice(name: string, deps: Deps): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const first = await deps.ask({ text: `Password for ${name}:`, hidden: true });
    if (first === undefined) return undefined;
    const second = await deps.ask({ text: 'The same again:', hidden: true });
    if (first === second) return first;
    deps.show(['The passwords are not the same.']);
  }
  throw usageError('The passwords were not the same.', undefined, 'no-password');
}

async function firstLine(deps: Deps): Promise<string> {
  assertHidden('--password', deps.io);
  const { secretText } = await import('../../state/sources/secret-text.ts');
  const text = secretText(await deps.stdinBytes('--password'), 'Standard input');
  const [line = ''] = text.split(/\r\n|\n|\r/);
  if (line !== '') return line;
  throw usageError(
    'There is no password.',
    'Give it on standard input, or with --password.',
    'no-password',
  );
}

/** What is typed on a command line is in the history of the shell, and others see it while it runs. */
function warnOfPassword(deps: Deps): void {
  deps.warn('Warning: other users of this computer can see a password on the command line.');
}
