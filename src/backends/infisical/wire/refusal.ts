import { type ErrorKind, GroupctlError } from '../../../errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import { header, type HttpAnswer } from '../../../http/exchange.ts';
import { credentialsHint, type ProxyName } from '../../../http/proxy-failure.ts';
import { cleanDeep, redacted } from '../../../http/redact.ts';
import { errorBody, isPage, kindOfStatus, serverWords } from '../../../http/words.ts';
import { refusalSentence, serverHint } from '../../shared/refusal-words.ts';
import { permissionHint, permissionList, wordHint } from './hints.ts';
import { missingPermissions, type WireError, wireError, wordsOf } from './wire-error.ts';

/**
 * An answer that is not 2xx, as the error it stands for (contract: "Outcomes"). Status alone never
 * decides: a 401 can be a failed validation, and there are two kinds of 404.
 */
export function refusedError(
  answer: HttpAnswer,
  call: string,
  http: HttpClient,
  redact: (text: string) => string,
): GroupctlError {
  const { status } = answer;
  // Clean before any of it is cut: half a secret would not be found.
  const wire = cleanDeep(wireError(answer), redact);
  const text = redact(answer.text());
  const type = String(answer.headers['content-type'] ?? '');
  const missing = missingPermissions(wire?.details);
  const words = wire === undefined ? serverWords(text, type) : wordsOf(wire);
  const lacking = missing.length === 0 ? '' : ` Missing: ${permissionList(missing)}.`;
  const { kind, code } = classify(status, wire);
  const sentence =
    code === 'token-refused'
      ? `${http.where} rejected the token (${status} on ${call})`
      : refusalSentence(kind, status, call, http.where);
  const error = new GroupctlError(kind, `${sentence}${ended(words)}${lacking}`, {
    code,
    hint:
      permissionHint(missing) ??
      hintFor(words, wire) ??
      HINTS[code] ??
      kindHint(kind, status, http.proxy),
    ...(kind === 'not-found' ? { suggest: 'security groups list' } : {}),
    status,
    requestId: wire?.reqId ?? header(answer, 'x-request-id'),
    serverError: wire?.error,
    serverText: words,
    fromBetween: wire === undefined && isPage(words),
    body: errorBody(text),
    details: detailsOf(missing, http.retryAfterMs(answer)),
  });
  return redacted(error, redact);
}

/** True for an answer that says that the token has run out or is none (contract: "Authentication"). */
export function isTokenRefusal(answer: HttpAnswer): boolean {
  if (answer.status !== 401 && answer.status !== 403) return false;
  const wire = wireError(answer);
  // What is no Infisical error comes from something in between: a new token would not help.
  if (wire?.error === undefined) return false;
  return answer.status === 403 ? wire.error === 'TokenError' : !isValidation(answer.status, wire);
}

function isValidation(status: number, wire: WireError | undefined): boolean {
  return status === 422 || wire?.error === 'ValidationFailure' || Array.isArray(wire?.message);
}

function classify(status: number, wire: WireError | undefined): { kind: ErrorKind; code: string } {
  if (status === 429) return { kind: 'network', code: 'rate-limited' };
  if (status < 500 && status >= 400 && isValidation(status, wire)) {
    return { kind: 'refused', code: 'validation' };
  }
  if (status === 401) return { kind: 'unauthorized', code: 'token-refused' };
  if (status === 403) return { kind: 'unauthorized', code: forbiddenCode(wire?.error) };
  if (status === 404) {
    const missingThing = wire?.error !== undefined && wire.error !== 'Not Found';
    if (missingThing || wire?.scim === true) return { kind: 'not-found', code: 'not-found' };
    return { kind: 'protocol', code: 'no-such-route' };
  }
  return { kind: kindOfStatus(status), code: `http-${status}` };
}

function forbiddenCode(error: string | undefined): string {
  if (error === 'TokenError') return 'token-refused';
  if (error === 'PermissionDenied') return 'permission-denied';
  return error === 'PermissionBoundaryError' ? 'permission-boundary' : 'forbidden';
}

const HINTS: Readonly<Record<string, string>> = {
  'token-refused':
    'The token is missing, invalid or expired, or its identity was deleted. Use a new token, or --client-id and --client-secret.',
  'permission-denied':
    'This identity needs a role in the organization that may read and edit groups; changing members takes add-members and remove-members on newer servers.',
  'permission-boundary':
    'The role of this identity lacks a permission (add-members, remove-members or grant-privileges on newer servers): add it, or use an identity that has it.',
  'no-such-route':
    'This may not be an Infisical server. Check the kind of the source, and its URL: the base URL of the server, without /api.',
  'rate-limited': 'Try again later, or give the command more time with --deadline.',
};

/** By the words, and by `error`, which is a sentence for a call that is not open to the caller. */
function hintFor(words: string | undefined, wire: WireError | undefined): string | undefined {
  return wordHint(words) ?? wordHint(wire?.error);
}

function kindHint(
  kind: ErrorKind,
  status: number,
  proxy: ProxyName | undefined,
): string | undefined {
  if (kind === 'unauthorized') return 'Check what this identity may do in this organization.';
  if (kind === 'server') return serverHint(status, proxy);
  if (status === 407) return credentialsHint(proxy);
  if (kind === 'refused') return 'Correct what the server names, and run the command again.';
  if (kind === 'not-found') return undefined;
  return 'This may not be an Infisical server: check the URL and the kind of the source.';
}

function detailsOf(
  missing: readonly string[],
  retryAfterMs: number | undefined,
): object | undefined {
  if (missing.length > 0) return { missingPermissions: missing };
  return retryAfterMs === undefined ? undefined : { retryAfterMs };
}

/** The server's message, behind a sentence. */
export function ended(words: string | undefined): string {
  if (words === undefined || words === '') return '.';
  return /[.!?]$/.test(words) ? `: ${words}` : `: ${words}.`;
}
