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
import { API_KEY_ROUTES, isCreatedAdminKey } from './api-keys.ts';
import { SECURITY_ROUTES } from './tasks.ts';
import { USER_ROUTES } from './users.ts';
import type { RouteTable } from './wire.ts';
import { hashPassword } from '../seed.ts';

/** The servers whose health pages differ. */
const VERSIONS = { '2025': '25.0.14', '2026': '26.0.3' } as const;

/** Today's server. */
const UPDATE_ROUTES: RouteTable = {
  ...UPDATE_GROUP_ROUTES,
  ...USER_ROUTES,
  ...SECURITY_ROUTES,
  ...API_KEY_ROUTES,
};

/** The older one: `groups/add` adds members; neither groups nor users nor API keys can be listed. */
const ADD_ROUTES: RouteTable = {
  ...UPDATE_ROUTES,
  '/api/security/groups/list': undefined,
  '/api/security/groups/update': undefined,
  '/api/security/users/list': undefined,
  '/api/api-keys/list': undefined,
  '/api/api-keys/create': undefined,
  '/api/api-keys/delete': undefined,
  ...ADD_GROUP_ROUTES,
};

/**
 * The Security API, API keys and health of contracts/proget-security-api.md. Paths compare without
 * regard to case and to a slash at the end; the key is in `X-ApiKey`, in `?key=` or in Basic `api:key`.
 */
export const proGetRoutes: Routes = async (request, state, context) => {
  const answer = await answerTo(request, state, context).catch((error: unknown) => {
    if (error instanceof Refusal) return text(error.status, error.message);
    throw error;
  });
  const versions = {
    'X-ProGet-Version': VERSIONS[context.generation ?? '2025'],
    'X-ProGet-Edition': 'Enterprise',
  };
  return { ...answer, headers: { ...versions, ...answer.headers } };
};

const answerTo: Routes = async (request, state, context) => {
  const path = request.path.toLowerCase().replace(/(?<=.)\/+$/, '');
  const health = healthAnswer(path, request, context);
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
  return sentKeys(request).some(
    (key) =>
      key === (context.apiKey ?? proget.apiKey) ||
      isAdminLogin(key, proget) ||
      isCreatedAdminKey(key, proget),
  );
}

/** The keys of a request, in every place where a server takes one (contract: "Connecting"). */
function sentKeys(request: SandboxRequest): string[] {
  const header = request.headers['x-apikey'];
  // Node reads headers as Latin-1, some clients write them as UTF-8.
  const inHeader =
    typeof header === 'string' ? [header, Buffer.from(header, 'latin1').toString('utf8')] : [];
  const [, basic] = /^basic\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const login = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8');
  const inBasic = /^api:/i.test(login) ? [login.slice('api:'.length)] : [];
  const inQuery = request.query.get('key');
  return [...inHeader, ...inBasic, ...(inQuery === null ? [] : [inQuery])];
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
 * Health needs no key. Servers of 2025 answer `/health` with JSON, and have `/health/json`, except the
 * older kind. Servers of 2026 answer `/health` with OK; `?format=json` asks for JSON there.
 */
function healthAnswer(
  path: string,
  request: SandboxRequest,
  { dialect, generation = '2025' }: RoutesContext,
): SandboxResponse | undefined {
  if (path !== '/health' && (path !== '/health/json' || dialect !== 'update')) return undefined;
  const asksForJson = path === '/health/json' || request.query.get('format') === 'json';
  if (generation === '2026' && !asksForJson) return text(200, 'OK');
  const version = VERSIONS[generation];
  return json({
    applicationName: 'ProGet',
    versionNumber: version,
    releaseNumber: `${version}-sandbox`,
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
