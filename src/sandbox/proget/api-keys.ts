/** API keys, as servers from 2024.3 on have them. */
import { createHash, randomBytes } from 'node:crypto';
import { sameName } from '../../domain/names.ts';
import { empty, json, Refusal, type SandboxRequest } from '../http.ts';
import type { ProGetState, StoredApiKey } from '../model.ts';
import {
  deleting,
  listing,
  numericId,
  optionalNames,
  optionalText,
  posting,
  requiredText,
  type RouteTable,
} from './wire.ts';

const SYSTEM_APIS = ['full-control', 'feeds', 'sca', 'sbom-upload'];
const PACKAGE_PERMISSIONS = ['view', 'add', 'promote', 'delete'];
const LOGGING = ['None', 'Request', 'Response', 'Both'];

export const API_KEY_ROUTES: RouteTable = {
  // One of the seeded keys holds `key`, as answers of real servers may.
  '/api/api-keys/list': listing((state) =>
    json(state.apiKeys.map(({ keyHash: _, ...shown }) => shown)),
  ),

  '/api/api-keys/create': posting((state, request) => {
    const posted = postedKey(request);
    const key = optionalText(request.object(), 'key') ?? randomBytes(20).toString('hex');
    const keyHash = hashKey(key);
    if (state.apiKeys.some((each) => each.keyHash === keyHash)) {
      throw new Refusal(400, 'This API key is already in use.');
    }
    const id = 1 + state.apiKeys.reduce((last, each) => Math.max(last, each.id), 0);
    const created = { id, ...posted };
    state.apiKeys.push({ ...created, keyHash });
    // The one time the key is shown.
    return json({ ...created, key });
  }),

  '/api/api-keys/delete': deleting((state, request) => {
    const id = numericId(request, 'id');
    state.apiKeys = state.apiKeys.filter((key) => key.id !== id);
    return empty();
  }),
};

/** True for a created key that may manage security: System with full control, or an administrator's. */
export function isCreatedAdminKey(key: string, state: ProGetState, now = Date.now()): boolean {
  const keyHash = hashKey(key);
  const found = state.apiKeys.find((each) => each.keyHash === keyHash);
  if (found === undefined) return false;
  const { type, user, systemApis, expiration } = found;
  if (typeof expiration === 'string' && Date.parse(expiration) <= now) return false;
  if (type === 'System') return Array.isArray(systemApis) && systemApis.includes('full-control');
  const admins = state.groups.find(({ name }) => sameName(name, 'Administrators'));
  return type === 'Personal' && (admins?.users ?? []).some((each) => sameName(each, String(user)));
}

function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

type PostedKey = Pick<StoredApiKey, 'type'> & Readonly<Record<string, unknown>>;

/** @throws Refusal (400), as the contract's "create API key" has the properties of each type */
function postedKey(request: SandboxRequest): PostedKey {
  const body = request.object();
  const text = (name: string): object => {
    const value = optionalText(body, name);
    return value === undefined ? {} : { [name]: value };
  };
  const logging = optionalText(body, 'logging') ?? 'None';
  if (!LOGGING.includes(logging)) throw new Refusal(400, `Invalid property: logging`);
  const expiration = optionalText(body, 'expiration');
  if (expiration !== undefined && Number.isNaN(Date.parse(expiration))) {
    throw new Refusal(400, 'Invalid property: expiration');
  }
  const common = { ...text('displayName'), ...text('description'), ...text('expiration'), logging };
  const type = requiredText(body, 'type');
  switch (type) {
    case 'Personal':
      return { type, user: requiredText(body, 'user'), ...common };
    case 'System':
      return { type, systemApis: someOf(body, 'systemApis', SYSTEM_APIS), ...common };
    case 'Feed': {
      if ((body['feed'] ?? undefined) === undefined) requiredText(body, 'feedGroup');
      else if ((body['feedGroup'] ?? undefined) !== undefined) {
        throw new Refusal(400, 'A feed key is for either a feed or a feed group.');
      }
      const packagePermissions = someOf(body, 'packagePermissions', PACKAGE_PERMISSIONS);
      return { type, packagePermissions, ...text('feed'), ...text('feedGroup'), ...common };
    }
    default:
      throw new Refusal(400, 'Invalid property: type');
  }
}

function someOf(
  body: Readonly<Record<string, unknown>>,
  property: string,
  words: readonly string[],
): string[] {
  const chosen = optionalNames(body, property) ?? [];
  if (chosen.length === 0) throw new Refusal(400, `Missing required property: ${property}`);
  if (chosen.some((word) => !words.includes(word))) {
    throw new Refusal(400, `Invalid property: ${property}`);
  }
  return chosen;
}
