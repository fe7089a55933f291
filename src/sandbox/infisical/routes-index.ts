/** The Infisical sandbox: which route answers what, and in which order a request is checked. */
import { createHash } from 'node:crypto';
import {
  type Routes,
  type RoutesContext,
  type SandboxRequest,
  type SandboxResponse,
  empty,
  json,
} from '../http.ts';
import { callerOf } from './auth.ts';
import { GROUP_ROUTES } from './groups.ts';
import { IDENTITY_ROUTES } from './identities.ts';
import { type RateHeaders, TooMany } from './limits.ts';
import { LOGIN_ROUTES } from './login.ts';
import { MEMBER_ROUTES } from './members.ts';
import { NEW_LIST_ROUTES } from './new-lists.ts';
import { type Found, type Route, routeFinder } from './routes.ts';
import { type InfisicalOptions, InfisicalServer } from './server.ts';
import { MAX_AGE_SECONDS } from './tokens.ts';
import { ApiError, Invalid, parseBody, pathSegments, unauthorized } from './wire.ts';
import type { StateStore } from '../model.ts';

/** What every server answers without looking at the caller. */
const status: Route = {
  method: 'GET',
  path: '/api/status',
  kind: 'reads',
  needsToken: false,
  answer: async (call) =>
    json({
      date: call.server.timestamp(),
      message: 'Ok',
      emailConfigured: false,
      inviteOnlySignup: true,
      redisConfigured: true,
      secretScanningConfigured: false,
      ...(call.server.isOld
        ? {}
        : { auditLogStorageDisabled: false, maxIdentityAccessTokenTTL: MAX_AGE_SECONDS }),
    }),
};

const OLD_ROUTES = [status, ...LOGIN_ROUTES, ...GROUP_ROUTES, ...MEMBER_ROUTES];
const ROUTES = [...OLD_ROUTES, ...IDENTITY_ROUTES, ...NEW_LIST_ROUTES];

/** The routes of one Infisical sandbox, as contracts/infisical-groups-api.md describes them. */
export function infisicalRoutes(options: InfisicalOptions): Routes {
  const server = new InfisicalServer(options);
  const find = routeFinder(server.isOld ? OLD_ROUTES : ROUTES);
  return async (request, state, context) => {
    const segments = pathSegments(request.path, server.isOld);
    if (segments === undefined) return badUrl(request);
    if (isPreflight(request)) return empty(204);
    const found = find(request.method, segments);
    if (found === undefined) return noRoute(request);
    const id = server.nextRequestId();
    let limits: RateHeaders = {};
    const count = (): void => {
      limits = server.limiter.count(request, found.route);
    };
    try {
      const answer = await run(server, request, state, context, found, count);
      return withEtag(request, { ...answer, headers: { ...limits, ...answer.headers } });
    } catch (error) {
      const body = errorBody(server, id, error);
      const headers = error instanceof TooMany ? error.headers : limits;
      return { ...json(body), status: body.statusCode, headers };
    }
  };
}

/** Token, limit, body, route: in this order, but the login's limit comes after its body. */
async function run(
  server: InfisicalServer,
  request: SandboxRequest,
  state: StateStore,
  context: RoutesContext,
  { route, params }: Found,
  count: () => void,
): Promise<SandboxResponse> {
  const call = { server, state, request, params };
  if (route === status) return status.answer({ ...call, body: null, actor: undefined });
  const actor = await callerOf(request, state, server, context.apiKey);
  if (route.needsToken && actor === undefined) throw unauthorized('Token missing');
  if (route.needsToken) count();
  const body = parseBody(request, server.isOld);
  if (!route.needsToken) count();
  return route.answer({ ...call, body, actor });
}

interface ErrorBody {
  readonly statusCode: number;
  readonly [field: string]: unknown;
}

/** Old servers say neither `reqId` nor `details`. */
function errorBody({ isOld }: InfisicalServer, reqId: string, thrown: unknown): ErrorBody {
  const error =
    thrown instanceof Invalid
      ? new ApiError(isOld ? 401 : 422, 'ValidationFailure', thrown.issues)
      : thrown;
  if (!(error instanceof ApiError)) throw error;
  const body = { statusCode: error.status, message: error.text, error: error.error };
  if (isOld) return body;
  const details = error.details === undefined ? {} : { details: error.details };
  return { reqId, ...body, ...details };
}

function badUrl(request: SandboxRequest): SandboxResponse {
  const answer = json({
    error: 'Bad Request',
    code: 'FST_ERR_BAD_URL',
    message: `'${request.path}' is not a valid url component`,
    statusCode: 400,
  });
  return { ...answer, status: 400, contentType: 'application/json' };
}

/** "`Not Found` with a space is a missing route"; there is no 405. */
function noRoute({ method, target }: SandboxRequest): SandboxResponse {
  const message = `Route ${method}:${target} not found`;
  return { ...json({ message, error: 'Not Found', statusCode: 404 }), status: 404 };
}

function isPreflight({ method, headers }: SandboxRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/** What a GET answers has a tag, and is not sent again to who shows it. */
function withEtag(request: SandboxRequest, answer: SandboxResponse): SandboxResponse {
  if (request.method !== 'GET' || answer.status !== 200) return answer;
  const etag = `"${createHash('sha1').update(answer.body).digest('base64')}"`;
  const headers = { ...answer.headers, etag };
  if (request.headers['if-none-match'] !== etag) return { ...answer, headers };
  return { status: 304, body: '', headers };
}
