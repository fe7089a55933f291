import { capitalized } from '../../domain/capitalized.ts';
import type { NewApiKey } from '../../backends/security-port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import type { ApiKey, SecurityResult } from '../../domain/security.ts';
import { asGroupctlError, usageError } from '../../errors.ts';
import type { CreatedKey } from '../../output/results/security/created-key.ts';
import { CallJournal } from '../call-journal.ts';
import { type SecurityWriteOptions, withSecurity, writeOnce } from './with-security.ts';

/** API keys. Nothing here prints or stores a key, but for the one line that `create` is for. */

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
    if (keys.length === 0) deps.warn('No API keys found.');
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

export interface NewKeyOptions extends ServerOptions, SecurityWriteOptions {
  readonly name?: string;
  readonly description?: string;
  /** `2031-01-31` */
  readonly expiration?: string;
  readonly logging?: string;
  readonly key?: string;
  /** The key is saved as this source, and not printed. */
  readonly saveSource?: string;
}

export interface PersonalKeyOptions extends NewKeyOptions {
  readonly user?: string;
}

export interface SystemKeyOptions extends NewKeyOptions {
  /** With commas between them. */
  readonly apis?: string;
}

export interface FeedKeyOptions extends NewKeyOptions {
  readonly feed?: string;
  readonly group?: string;
  /** With commas between them. */
  readonly permissions?: string;
}

/** @throws usage (2) without a user */
export async function createPersonalKey(
  options: PersonalKeyOptions,
  deps: Deps,
): Promise<VerbResult<CreatedKey>> {
  return await create(options, deps, (login) => {
    const user = options.user ?? login;
    if (user !== undefined) return { type: 'Personal', user };
    throw usageError(
      'The option --user is missing.',
      'It is not necessary with a login of --username and --password.',
      'missing-option',
    );
  });
}

const SYSTEM_APIS = ['full-control', 'feeds', 'sca', 'sbom-upload'];
const PACKAGE_PERMISSIONS = ['view', 'add', 'promote', 'delete'];

/** @throws usage (2) for a word that is no API */
export async function createSystemKey(
  options: SystemKeyOptions,
  deps: Deps,
): Promise<VerbResult<CreatedKey>> {
  const systemApis = wordsOf('--apis', options.apis ?? 'full-control', SYSTEM_APIS);
  return await create(options, deps, () => ({ type: 'System', systemApis }));
}

/** @throws usage (2) without a feed or feed group, or with both */
export async function createFeedKey(
  options: FeedKeyOptions,
  deps: Deps,
): Promise<VerbResult<CreatedKey>> {
  const { feed, group: feedGroup, permissions = PACKAGE_PERMISSIONS.join(',') } = options;
  if (feed !== undefined && feedGroup !== undefined) {
    throw usageError('--feed and --group are both given.', 'Use one of them.');
  }
  const packagePermissions = wordsOf('--permissions', permissions, PACKAGE_PERMISSIONS);
  const key = { type: 'Feed', packagePermissions, ...defined({ feed, feedGroup }) };
  return await create(options, deps, () => key);
}

/** @param fields what the type of key has of its own, by the name of the login */
async function create(
  options: NewKeyOptions,
  deps: Deps,
  fields: (login: string | undefined) => NewApiKey,
): Promise<VerbResult<CreatedKey>> {
  const { saveSource, key: chosen, name: displayName, description } = options;
  const dryRun = options.dryRun === true;
  deps.redactor.add(chosen);
  const { saveKeyAsSource, assertFreeSource } = await import('./save-source.ts');
  if (saveSource !== undefined) await assertFreeSource(saveSource, deps);
  const expiration = expirationOf(options.expiration, deps.clock.now());
  const logging = capitalized((options.logging ?? 'none').toLowerCase());
  return await withSecurity(options, deps, async ({ connection, security }) => {
    const { source } = connection;
    const login = source.credentials?.type === 'password' ? source.credentials.username : undefined;
    const wanted: NewApiKey = {
      ...fields(login),
      logging,
      ...defined({ displayName, description, expiration, key: chosen }),
    };
    const facts = { type: wanted.type, source: source.name, savedAs: saveSource, dryRun };
    if (dryRun) return { result: { ...facts, key: undefined } };
    const command = `apikeys create ${wanted.type.toLowerCase()}`;
    const journal = new CallJournal(command, source, WITHOUT_GROUP, options, deps);
    const key = await journal.around(async () => await security.createApiKey(wanted, journal));
    const printed = { result: { ...facts, key, ...journal.run }, failure: journal.failure };
    if (saveSource === undefined) return printed;
    try {
      await saveKeyAsSource(saveSource, source, key, deps);
    } catch (error) {
      // The server shows a key once: it may not get lost.
      return { result: { ...printed.result, savedAs: undefined }, failure: asGroupctlError(error) };
    }
    return { ...printed, result: { ...printed.result, key: undefined } };
  });
}

/** @throws usage (2) for a date that is none, or over */
function expirationOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const day = /^\d{4}-\d\d-\d\d$/.exec(text.trim())?.[0];
  if (day !== undefined && !Number.isNaN(Date.parse(day))) {
    if (Date.parse(day) + DAY_MS <= now)
      throw usageError(`The day ${day} of --expiration is past.`);
    return `${day}T00:00:00`;
  }
  throw usageError('The option --expiration takes a date, such as 2031-01-31.');
}

/** @throws usage (2) for a word that is not one of these */
function wordsOf(option: string, text: string, words: readonly string[]): string[] {
  const typed = text.split(',').map((each) => each.trim().toLowerCase());
  const given = [...new Set(typed.filter((each) => each !== ''))];
  const wrong = given.find((each) => !words.includes(each));
  if (given.length > 0 && wrong === undefined) return given;
  throw usageError(`The option ${option} takes one or more of ${words.join(', ')}.`);
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
    const subject = key ?? { id, type: 'Other' };
    const write = {
      command: 'apikeys delete',
      what: 'API key',
      name: key?.displayName === undefined ? id : `${id} (${key.displayName})`,
      op: 'delete',
      already: key === undefined ? 'already-absent' : undefined,
      send: security.deleteApiKey.bind(security, subject),
    } as const;
    return await writeOnce(write, options, context);
  });
}
