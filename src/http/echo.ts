import { GroupctlError } from '../errors.ts';
import type { HttpAnswer } from './exchange.ts';
import { Redactor } from './redact.ts';

/**
 * True if a text of an answer, or the name of a property, holds a secret of this run.
 *
 * @param value what was read of the answer
 * @param json the answer itself: of 10,000 names it is searched in a fraction of the time
 */
export type HoldsSecret = (value: unknown, json: string) => boolean;

/** A shorter one may be a part of anybody's name. */
const SHORTEST = 8;

/**
 * Finds secrets in the names that a server shows. A name cannot be redacted, as it has to come back
 * as it is, and no group and no user is called like a key: such an answer is refused
 * (docs/decisions/0007-secrets-in-names.md).
 */
export class EchoGuard {
  readonly #redactor = new Redactor();

  /** Registers a secret, unless it is too short to be told from a part of a name. */
  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#redactor.add(secret);
  }

  holdsSecret(value: unknown, json: string): boolean {
    // JSON without a backslash has each text as it is.
    if (!json.includes('\\') && !this.#redactor.finds(json)) return false;
    // A quote is no blank, so that two names are not read as one.
    return this.#redactor.finds(textsIn(value).join('"'));
  }
}

/** @throws protocol (1) `secret-in-answer`, without a word of the answer */
export function assertNoSecret(
  value: unknown,
  holdsSecret: HoldsSecret | undefined,
  answer: HttpAnswer,
  { where, call }: { readonly where: string; readonly call: string },
): void {
  if (holdsSecret?.(value, answer.text()) !== true) return;
  throw new GroupctlError(
    'protocol',
    `The answer of ${where} to ${call} holds the key or password that groupctl uses there.`,
    {
      code: 'secret-in-answer',
      hint: 'Nothing of the answer is shown or used. Look at the server and at any proxy in between, or use another key or password.',
      status: answer.status,
    },
  );
}

function textsIn(value: unknown, texts: string[] = []): string[] {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const each of value) textsIn(each, texts);
  else if (typeof value === 'object' && value !== null) {
    // Of JSON, so all keys are its own; entries of 10,000 objects would be 10,000 lists.
    for (const key in value) {
      texts.push(key);
      textsIn((value as Readonly<Record<string, unknown>>)[key], texts);
    }
  }
  return texts;
}
