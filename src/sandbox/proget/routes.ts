/** The ProGet sandbox: which route answers what, and who may ask. */
import { sameName } from '../../domain/names.ts';
import {
  empty,
  json,
  Refusal,
  text,
  type Routes,
  type RoutesContext,
  type SandboxRequest,
  type SandboxResponse,
} from '../http.ts';
import type { ProGetState } from '../model.ts';
import { ADD_GROUP_ROUTES, UPDATE_GROUP_ROUTES } from './groups.ts';
import { SECURITY_ROUTES } from './tasks.ts';
import { USER_ROUTES } from './users.ts';
import type { RouteTable } from './wire.ts';
import { hashPassword } from '../seed.ts';

const VERSION = '25.0.14';

const VERSION_HEADERS = { 'X-ProGet-Version': VERSION, 'X-ProGet-Edition': 'Enterprise' };

/** Today's server. */
const UPDATE_ROUTES: RouteTable = { ...UPDATE_GROUP_ROUTES, ...USER_ROUTES, ...SECURITY_ROUTES };

/** The older one: `groups/add` adds members; neither groups nor users nor API keys can be listed. */
const ADD_ROUTES: RouteTable = {
  ...UPDATE_ROUTES,
  '/api/security/groups/list': undefined,
  '/api/security/groups/update': undefined,
  '/api/security/users/list': undefined,
  '/api/api-keys/list': undefined,
  '/api/api-keys/delete': undefined,
  ...ADD_GROUP_ROUTES,
};

/**
 * The Security API, API keys and health of contracts/proget-security-api.md. Paths compare without
 * regard to case, as on the real server; the key is looked for in `X-ApiKey` only.
 */
export const proGetRoutes: Routes = async (request, state, context) => {
  const answer = await answerTo(request, state, context).catch((error: unknown) => {
    if (error instanceof Refusal) return text(error.status, error.message);
    throw error;
  });
  return { ...answer, headers: { ...VERSION_HEADERS, ...answer.headers } };
};

const answerTo: Routes = async (request, state, context) => {
  const path = request.path.toLowerCase();
  const health = healthAnswer(path, context);
  if (health !== undefined) return request.method === 'GET' ? health : wrongMethod(['GET']);

  const table = context.dialect === 'add' ? ADD_ROUTES : UPDATE_ROUTES;
  const route = Object.hasOwn(table, path) ? table[path] : undefined;
  if (route === undefined) throw new Refusal(404, 'The requested URL was not found.');
  if (!route.methods.includes(request.method)) return wrongMethod(route.methods);

  const run = ({ proget }: { proget: ProGetState }): SandboxResponse =>
    // "A missing, unknown or unauthorized key is 403 with an empty body" (contract, Connecting).
    isAuthorized(request, proget, context) ? route.answer(proget, request) : empty(403);
  return route.writes ? state.update(run) : state.read(run);
};

function wrongMethod(allowed: readonly string[]): SandboxResponse {
  const answer = text(405, 'The requested resource does not support this HTTP method.');
  return { ...answer, headers: { Allow: allowed.join(', ') } };
}

function isAuthorized(
  request: SandboxRequest,
  proget: ProGetState,
  context: RoutesContext,
): boolean {
  const header = request.headers['x-apikey'];
  if (typeof header !== 'string') return false;
  if (header === (context.apiKey ?? proget.apiKey)) return true;
  // Node reads headers as Latin-1, some clients write them as UTF-8.
  const utf8 = Buffer.from(header, 'latin1').toString('utf8');
  return isAdminLogin(header, proget) || (utf8 !== header && isAdminLogin(utf8, proget));
}

/** The "pseudo-key" `user:password` (contract, Connecting), of a member of Administrators. */
function isAdminLogin(login: string, proget: ProGetState): boolean {
  const colon = login.indexOf(':');
  if (colon <= 0) return false;
  const name = login.slice(0, colon);
  const user = proget.users.find((each) => sameName(each.name, name));
  if (user?.passwordHash !== hashPassword(name, login.slice(colon + 1))) return false;
  const admins = proget.groups.find((group) => sameName(group.name, 'Administrators'));
  return admins?.users?.some((member) => sameName(member, name)) ?? false;
}

/**
 * Health needs no key. `/health` answers with JSON, as servers did up to 2025 and as the published
 * client expects; `/health/json` is there as well, except on the older server.
 */
function healthAnswer(path: string, context: RoutesContext): SandboxResponse | undefined {
  const known = path === '/health' || (path === '/health/json' && context.dialect === 'update');
  if (!known) return undefined;
  return json({
    applicationName: 'ProGet',
    versionNumber: VERSION,
    releaseNumber: `${VERSION}-sandbox`,
    databaseStatus: 'OK',
    databaseStatusDetails: null,
    licenseStatus: 'OK',
    licenseStatusDetail: null,
    serviceStatus: 'OK',
    serviceStatusDetail: null,
    extensionsInstalled: { InedoCore: '3.0.0' },
    replicationStatus: {
      serverStatus: 'OK',
      serverError: null,
      clientStatus: 'OK',
      clientError: null,
    },
  });
}
