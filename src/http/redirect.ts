import { GroupctlError } from '../errors.ts';
import { header } from './exchange.ts';

interface Redirect {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Words in the addresses of sign-in pages: ProGet's own is `/log-in`. */
const LOGIN =
  /log[-_]?[io]n|sign[-_]?in|oauth|openid|saml|adfs|keycloak|okta|\bsso\b|\bidp\b|\bauth|\baccounts?\b|returnurl=/i;

/**
 * A redirect is never followed: it would carry the key to another place. Says which of the usual
 * mistakes it is: http for https (2), a sign-in page (3), anything else (1).
 */
export function redirectError(answer: Redirect, base: URL): GroupctlError {
  const location = header(answer, 'location');
  const target = location === undefined ? undefined : parse(location, answer.url);
  const facts = {
    status: answer.status,
    details: { location: target === undefined ? location : origin(target) },
  };
  if (target === undefined) {
    return new GroupctlError(
      'protocol',
      `${base.origin} answered ${answer.status} without saying where to.`,
      { ...facts, code: 'redirect', hint: 'Check the URL of the source.' },
    );
  }
  const asked = new URL(answer.url);
  const samePlace = target.pathname === asked.pathname;
  if (asked.protocol === 'http:' && target.protocol === 'https:' && samePlace) {
    const better = new URL(base.pathname, target.origin).href;
    const isSameHost = target.hostname === asked.hostname;
    const use = isSameHost
      ? 'Use that URL.'
      : 'It is on another host: use it if that is the same server.';
    return new GroupctlError(
      'config',
      `${base.origin} requires https: it redirects to ${better}.`,
      {
        ...facts,
        code: 'redirect-to-https',
        hint: `${use} The key was sent over plain http; consider a new one.`,
      },
    );
  }
  if (LOGIN.test(whatIsNew(target, asked, base))) {
    return new GroupctlError(
      'unauthorized',
      `${base.origin} redirects to a sign-in page: ${origin(target)}.`,
      {
        ...facts,
        code: 'login-redirect',
        hint: 'The key was not taken, or a gateway wants a sign-in first. Check the key and the URL of the source.',
      },
    );
  }
  return new GroupctlError(
    'protocol',
    `${base.origin} redirects to ${origin(target)}, which is not followed.`,
    {
      ...facts,
      code: 'redirect',
      hint: 'If the server has moved, use its new URL; a gateway in front of it may also want a sign-in.',
    },
  );
}

/** Of the address what was not asked for: the API has a call to log in, too. */
function whatIsNew({ hostname, pathname, search }: URL, asked: URL, base: URL): string {
  const host = hostname === asked.hostname ? '' : hostname;
  const call = asked.pathname.slice(base.pathname.length);
  const plain = pathname.replace(/\/+$/, '');
  const path = plain.endsWith(`/${call}`) ? plain.slice(0, -call.length) : pathname;
  return `${host}${path}${search === asked.search ? '' : search}`;
}

/** Without the query, where a session or a token may be. */
function origin(url: URL): string {
  return url.origin === 'null' ? `${url.protocol}…` : `${url.origin}${url.pathname}`;
}

function parse(location: string, base: string): URL | undefined {
  return URL.canParse(location, base) ? new URL(location, base) : undefined;
}
