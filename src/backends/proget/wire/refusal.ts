import { forShell, quote } from '../../../domain/shorten.ts';
import type { Source } from '../../../domain/source.ts';
import { GroupctlError } from '../../../errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import { header, type HttpAnswer } from '../../../http/exchange.ts';
import { credentialsHint, type ProxyName } from '../../../http/proxy-failure.ts';
import { redacted } from '../../../http/redact.ts';
import { errorBody, kindOfStatus, serverWords } from '../../../http/words.ts';
import { refusalSentence, serverHint } from '../../shared/refusal-words.ts';
import { isForeignPage } from './answers.ts';
import type { Inexact } from './exact.ts';

/**
 * An answer that is not 2xx, as the error it stands for (contract: "Connecting"): 400 with plain
 * text, 403 with nothing, 500 with a stack trace, whatever a proxy sends.
 */
export function assertOk(
  answer: HttpAnswer,
  call: string,
  http: HttpClient,
  redact: (text: string) => string,
): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const kind = kindOfStatus(status);
  const text = redact(answer.text());
  const said = serverWords(text, String(answer.headers['content-type'] ?? ''));
  const fromBetween = isForeignPage(answer);
  const words = said === undefined ? '.' : `: ${said}`;
  const error = new GroupctlError(
    kind,
    `${refusalSentence(kind, status, call, http.where)}${words}`,
    {
      code: `http-${status}`,
      hint: fromBetween && kind === 'protocol' ? NOT_THE_SERVER : hintFor(kind, status, http.proxy),
      status,
      requestId: header(answer, 'x-request-id'),
      serverText: said,
      fromBetween,
      body: errorBody(text),
      details: facts(answer, http),
    },
  );
  throw redacted(error, redact);
}

/** A server of the older kind, without `groups/list`, is asked for what needs the list. */
export function noListError(where: string, what: string): GroupctlError {
  return new GroupctlError(
    'usage',
    `${where} does not list its groups, so groupctl cannot ${what} there.`,
    {
      code: 'not-supported',
      hint: 'Servers of the older kind can only add members. If this is a newer one, check the URL of the source.',
    },
  );
}

/** A write replaces the whole group, and would change something else in it. */
export function notKeptError(group: string, { property, why }: Inexact): GroupctlError {
  return new GroupctlError(
    'safety',
    `The group ${quote(group)} cannot be written back as it was read: its property "${property}" ${why}.`,
    {
      code: 'property-not-kept',
      hint: 'Change the members of this group on the server itself.',
      details: { group, property },
    },
  );
}

/** The list was there a moment ago: nothing may be concluded from its absence. */
export function listGoneError(where: string): GroupctlError {
  return new GroupctlError('protocol', `${where} no longer lists its groups.`, {
    code: 'list-gone',
    hint: 'Look at the server before trying again.',
  });
}

/** A newer server, whose list of groups is not there at the moment. */
export function listMissingError(where: string): GroupctlError {
  return new GroupctlError('protocol', `${where} lists its users, but not its groups.`, {
    code: 'list-missing',
    hint: 'Something between groupctl and the server may hide the list: run the command again. For a server of the older kind: --dialect=add in the source.',
    nothingWritten: true,
  });
}

/**
 * A forgotten --kind=infisical: without it a 404 of that server's router would pass for a ProGet
 * of the older kind, and be written to.
 */
export function assertNotInfisical(
  answer: HttpAnswer,
  http: HttpClient,
  { name }: Pick<Source, 'name'>,
): void {
  if (answer.status !== 404 || !/"message":\s*"Route [^"]* not found"/i.test(answer.text())) return;
  throw new GroupctlError(
    'usage',
    `${http.where} is not a ProGet server; it answers as Infisical does.`,
    {
      code: 'not-proget',
      hint: name.includes('://')
        ? 'Use --kind=infisical, or GROUPCTL_KIND=infisical in the environment.'
        : `Correct its kind: groupctl sources edit ${forShell(name)} --kind=infisical --keep-key`,
      status: answer.status,
    },
  );
}

/** How long a 429 asks to wait, if it says so. */
export function askedToWait(error: GroupctlError): number | undefined {
  const details = error.details as { retryAfterMs?: number } | undefined;
  return details?.retryAfterMs;
}

const NOT_THE_SERVER =
  'A gateway or another web server may have answered: run the command again, or check the URL of the source.';

const KEY_HINT =
  'The key is missing, wrong, or has too few permissions. Use a System key with Full Control, or a Personal key (or login) of a user with Admin_ConfigureProGet. Feed keys do not work.';

export function hintFor(kind: string, status: number, proxy?: ProxyName): string {
  if (kind === 'unauthorized') return KEY_HINT;
  if (kind === 'refused') return 'Correct what the server names, and run the command again.';
  if (status === 407) return credentialsHint(proxy);
  if (status === 429) return 'Try again later, or give the command more time with --deadline.';
  if (kind === 'server') return serverHint(status, proxy);
  return 'This may not be a ProGet server: check the URL and the kind of the source.';
}

/** ProGet names its version and edition even on an error. */
function facts(answer: HttpAnswer, http: HttpClient): object | undefined {
  const known = {
    version: header(answer, 'x-proget-version'),
    edition: header(answer, 'x-proget-edition'),
    retryAfterMs: http.retryAfterMs(answer),
  };
  return Object.values(known).some((value) => value !== undefined) ? known : undefined;
}
