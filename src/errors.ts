/**
 * Everything that can go wrong, as one closed union, and the one table that turns it into an exit
 * code. Errors are made where they arise (HTTP, disk, parser); nothing further up guesses.
 */
import type { FailureKind, OutcomeError } from './domain/outcome.ts';

/** The kinds of failure a user can tell apart. A new kind needs a row in {@link EXIT_CODES}. */
export type ErrorKind =
  | FailureKind // what a single row can have, too
  | 'usage' // wrong option, missing option, unknown command
  | 'partial' // some done, some not
  | 'interrupted';

/** Exit codes are a public contract: docs/exit-codes.md. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  internal: 1, // a bug in groupctl
  server: 1, // 5xx
  protocol: 1, // an invalid response: HTML, invalid JSON, an unexpected redirect
  usage: 2,
  config: 2,
  ambiguous: 2, // one name, several candidates
  unauthorized: 3, // 401, 403, a login page
  'not-found': 4, // group, user, source
  refused: 5, // 400, 409, 422, externally managed
  network: 6, // DNS, refused, reset, TLS, timeout, cut short
  partial: 7,
  safety: 8, // not settled, guard, lock, outcome unknown
  interrupted: 130,
};

/** What is known about a failure besides its kind and its sentence. */
export interface ErrorFacts {
  /** A stable word for scripts, finer than the kind: `no-such-group`, `connect-refused`, … */
  code?: string;
  /** What to do next, in sentences. */
  hint?: string | undefined;
  /** A command that shows what there is: `security groups list`. */
  suggest?: string | undefined;
  /** No server and no file was changed. */
  nothingWritten?: boolean | undefined;
  /** The call was not sent, or not again: it had no effect. */
  unsent?: boolean | undefined;
  /** HTTP status, where the failure was an answer. */
  status?: number | undefined;
  /** The answer is a page of something in between, which does not know what the server did. */
  fromBetween?: boolean | undefined;
  /** The server's own id of the request, for its log. */
  requestId?: string | undefined;
  /** The server's own name of the error. */
  serverError?: string | undefined;
  /** The server's own message, without secrets: what code may decide by. */
  serverText?: string | undefined;
  /** Plain data for scripts: near names, counts, members in doubt. */
  details?: unknown;
  /** The server's own text, at most 64 KiB. */
  body?: string | undefined;
  /** The source it happened on. */
  source?: string | undefined;
  cause?: unknown;
}

const BRAND = Symbol.for('groupctl.error');

/** The only error that a command throws on purpose; anything else is a bug and exits 1. */
export class GroupctlError extends Error {
  readonly [BRAND] = true;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly suggest: string | undefined;
  readonly nothingWritten: boolean | undefined;
  readonly unsent: boolean | undefined;
  readonly fromBetween: boolean | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly serverError: string | undefined;
  readonly serverText: string | undefined;
  readonly details: unknown;
  readonly body: string | undefined;
  source: string | undefined;

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'GroupctlError';
    this.kind = kind;
    this.code = facts.code ?? kind;
    this.hint = facts.hint;
    this.suggest = facts.suggest;
    this.nothingWritten = facts.nothingWritten;
    this.unsent = facts.unsent;
    this.fromBetween = facts.fromBetween;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.serverError = facts.serverError;
    this.serverText = facts.serverText;
    this.details = facts.details;
    this.body = facts.body;
    this.source = facts.source;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** True for groupctl's own errors, across the files of the bundle (a brand, not `instanceof`). */
export function isGroupctlError(error: unknown): error is GroupctlError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** What the work returns; undefined if it fails with this code. */
export async function undefinedIf<T>(code: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isGroupctlError(error) && error.code === code) return undefined;
    throw error;
  }
}

/** The same failure with other facts, or in other words. */
export function reworded(
  error: GroupctlError,
  { message = error.message, ...facts }: ErrorFacts & { readonly message?: string },
): GroupctlError {
  return new GroupctlError(error.kind, message, { ...factsOf(error), ...facts });
}

/** What is known about an error besides its kind and its sentence. */
export function factsOf(error: GroupctlError): ErrorFacts {
  const { code, hint, suggest, nothingWritten, unsent, status, fromBetween } = error;
  const { requestId, serverError, serverText, details, body, source, cause } = error;
  const facts = { code, hint, suggest, nothingWritten, unsent, status, fromBetween };
  return { ...facts, requestId, serverError, serverText, details, body, source, cause };
}

/** What the error of a row says of the server's answer, for the error of its run. */
export function factsOfRow(error: OutcomeError | undefined): ErrorFacts {
  const { status, requestId, serverError, details, body } = error ?? {};
  return { status, requestId, serverError, details, body };
}

/** A usage error: exit 2. */
export function usageError(
  message: string,
  hint?: string,
  code = 'usage',
  facts: ErrorFacts = {},
): GroupctlError {
  return new GroupctlError('usage', message, { ...facts, code, hint });
}

/** Two options, of which one is enough. */
export function bothGivenError(
  one: string,
  other: string,
  hint = 'Use one or the other.',
): GroupctlError {
  return usageError(`${one} and ${other} are both given.`, hint);
}

/** An interrupt (130). What was written before it is for the run to say. */
export function interruptedError(message = 'Interrupted.'): GroupctlError {
  return new GroupctlError('interrupted', message);
}

/**
 * Some of it was done before it failed.
 *
 * @param done how much, in a sentence
 * @param hint what to do about the rest, where it is not what the failure advises
 * @returns partial (7) with the facts of the failure; an interrupt keeps its exit code
 */
export function partlyDoneError(done: string, thrown: unknown, hint?: string): GroupctlError {
  const error = asGroupctlError(thrown);
  const kind = error.kind === 'interrupted' ? error.kind : 'partial';
  const facts = {
    ...factsOf(error),
    hint: hint ?? error.hint,
    nothingWritten: false,
    cause: error,
  };
  return new GroupctlError(kind, `${done} ${error.message}`, facts);
}

/** The answer to a question was no: exit 8, `declined`. */
export function declinedError(): GroupctlError {
  return new GroupctlError('safety', 'Cancelled.', { code: 'declined', nothingWritten: true });
}

/** Anything thrown, as a GroupctlError: other errors are a bug in groupctl and keep their stack as cause. */
export function asGroupctlError(error: unknown): GroupctlError {
  if (isGroupctlError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GroupctlError('internal', `Unexpected error in groupctl: ${message}.`, {
    hint: 'This is a bug in groupctl. Run again with --verbose for the details.',
    cause: error,
  });
}

/** Anything thrown, as the failure of this source, unless it names one itself. */
export function onSource(thrown: unknown, source: string): GroupctlError {
  const error = asGroupctlError(thrown);
  error.source ??= source;
  return error;
}

/** The error code of a Node or undici error (`ENOENT`, `UND_ERR_SOCKET`), if it has one. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}
