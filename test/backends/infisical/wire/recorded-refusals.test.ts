import { expect, it } from 'vitest';
import { refusedError } from '../../../../src/backends/infisical/wire/refusal.ts';
import type { HttpClient } from '../../../../src/http/client.ts';
import type { HttpAnswer } from '../../../../src/http/exchange.ts';
import { type Exchange, recordings } from '../../../sandbox/infisical/recorded-company.ts';

/** Every refusal that real servers were seen to answer, as what groupctl makes of it. */

const http = { where: 'https://a.example', retryAfterMs: () => undefined } as unknown as HttpClient;

function refused({ response }: Exchange): boolean {
  const { status, body } = response;
  return typeof status === 'number' && status >= 400 && typeof body === 'object';
}

function codeOf({ response }: Exchange): string {
  const text = JSON.stringify(response.body);
  const answer = {
    method: 'GET',
    url: 'https://a.example/x',
    status: response.status,
    headers: { 'content-type': 'application/json' },
    text: () => text,
    json: () => JSON.parse(text) as unknown,
  } as unknown as HttpAnswer;
  const error = refusedError(answer, 'GET x', http, (words) => words);
  expect(error.hint ?? error.suggest).toMatch(/\S/);
  return `${error.exitCode} ${error.code}`;
}

/** `404 NotFound`, with what is a sentence and no name cut down to its beginning. */
function kindOf({ response }: Exchange): string {
  const { error, schemas } = response.body as { error?: string; schemas?: unknown };
  const name = schemas === undefined ? (error ?? '') : 'SCIM';
  const sentence = /^\/api|Forbidden access/.exec(name)?.[0] ?? name;
  return `${response.status as number} ${sentence}`;
}

const KINDS: Readonly<Record<string, string>> = {
  '400 Bad Request': '5 http-400',
  '400 BadRequest': '5 http-400',
  '401 /api': '3 token-refused',
  '401 UnauthorizedError': '3 token-refused',
  '401 ValidationFailure': '5 validation',
  '403 Forbidden access': '3 forbidden',
  '403 ForbiddenError': '3 forbidden',
  '403 PermissionBoundaryError': '3 permission-boundary',
  '403 PermissionDenied': '3 permission-denied',
  '403 SCIM': '3 forbidden',
  '403 TokenError': '3 token-refused',
  '404 Not Found': '1 no-such-route',
  '404 NotFound': '4 not-found',
  '409 SCIM': '5 http-409',
  '422 ValidationFailure': '5 validation',
  '429 RateLimitExceeded': '6 rate-limited',
  '500 ': '1 http-500',
};

it.each(['infisical-2024-10.jsonl', 'infisical-2026-07.jsonl'])(
  'every recorded refusal of %s is known, and has a hint',
  (file) => {
    const seen = recordings(file).filter(refused);
    expect(seen.length).toBeGreaterThan(100);
    for (const exchange of seen) {
      const kind = kindOf(exchange);
      const known = kind.startsWith('500 ') ? '500 ' : kind;
      expect([exchange.name, kind, codeOf(exchange)]).toEqual([exchange.name, kind, KINDS[known]]);
    }
  },
);
