import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { ApiKey, SecurityResult } from '../../domain/security.ts';
import { usageError } from '../../errors.ts';
import { type SecurityWriteOptions, withSecurity, writeOnce } from './with-security.ts';

/** API keys: listing and deleting them. Nothing here prints or stores a key. */

const DAY_MS = 86_400_000;

export interface ListKeysOptions extends ServerOptions {
  /** `30d` */
  readonly expiresWithin?: string;
}

export async function listKeys(
  options: ListKeysOptions,
  deps: Deps,
): Promise<VerbResult<readonly ApiKey[]>> {
  const days = daysIn(options.expiresWithin);
  return await withSecurity(options, deps, async ({ security }) => {
    const end = deps.clock.now() + days * DAY_MS;
    const isIn = ({ expiration }: ApiKey): boolean =>
      days === Infinity || (expiration !== undefined && Date.parse(expiration) <= end);
    const keys = (await security.apiKeys()).filter(isIn);
    const { expiresWithin } = options;
    const none = expiresWithin && `No API keys expire within ${expiresWithin.trim()}.`;
    if (keys.length === 0) deps.warn(none ?? 'No API keys found.');
    return { result: keys };
  });
}

/** Infinity without the option. */
function daysIn(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const [, count, unit] = /^(\d{1,5})([dw])$/.exec(text.trim()) ?? [];
  if (count !== undefined) return Number(count) * (unit === 'w' ? 7 : 1);
  throw usageError('The option --expires-within takes days or weeks, such as 30d or 4w.');
}

/** What a person knows it by: `7 (Laptop)`, or `7` where it has no name. */
export function keyName({ id, displayName }: Pick<ApiKey, 'id' | 'displayName'>): string {
  return displayName === undefined ? id : `${id} (${displayName})`;
}

export interface DeleteKeyOptions extends ServerOptions, SecurityWriteOptions {
  readonly id: number;
}

/** A key that is not there is no error. */
export async function deleteKey(
  options: DeleteKeyOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const id = String(options.id);
    const key = (await security.apiKeys()).find((each) => each.id === id);
    const subject: ApiKey = key ?? { id, type: 'Other' };
    const write = {
      command: 'apikeys delete',
      what: 'API key',
      name: keyName(subject),
      op: 'delete',
      already: key === undefined ? 'already-absent' : undefined,
      send: security.deleteApiKey.bind(security, subject),
    } as const;
    return await writeOnce(write, options, context);
  });
}
