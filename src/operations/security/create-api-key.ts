import { isCalendarDay } from '../../domain/calendar-day.ts';
import { capitalized } from '../../domain/capitalized.ts';
import type { NewApiKey } from '../../backends/security-port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { harmless, inQuotes, sourceOption } from '../../domain/shorten.ts';
import {
  asGroupctlError,
  bothGivenError,
  GroupctlError,
  isGroupctlError,
  usageError,
} from '../../errors.ts';
import type { CreatedKey } from '../../output/results/security/created-key.ts';
import { CallJournal, isInDoubt } from '../call-journal.ts';
import { knownUser } from './known-name.ts';
import { type SecurityContext, type SecurityWriteOptions, withSecurity } from './with-security.ts';

/** New API keys. Nothing here prints or stores a key, but for the one line that `create` is for. */

const DAY_MS = 86_400_000;

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
  /** False: a name that the server does not list is accepted. */
  readonly userCheck?: boolean;
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

/** @throws usage (2) without a user; not-found (4) `no-such-user` */
export async function createPersonalKey(
  options: PersonalKeyOptions,
  deps: Deps,
): Promise<VerbResult<CreatedKey>> {
  return await create(options, deps, async (login, context) => {
    const { user: typed, userCheck } = options;
    const user = typed === undefined ? login : await keyUser(typed, userCheck, context);
    if (user !== undefined) return { type: 'Personal', user };
    throw usageError(
      'The option --user is missing.',
      'It is not necessary with a login of --username and --password.',
      'missing-option',
    );
  });
}

/** The name as typed where the credentials may create keys and may not list users. */
async function keyUser(
  typed: string,
  userCheck: boolean | undefined,
  context: SecurityContext,
): Promise<string> {
  try {
    return await knownUser(typed, userCheck, context);
  } catch (error) {
    if (asGroupctlError(error).kind !== 'unauthorized') throw error;
    context.deps.warn(`The name ${inQuotes(typed)} cannot be checked; sent as typed.`);
    return typed.trim();
  }
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
    throw bothGivenError('--feed', '--group');
  }
  const packagePermissions = wordsOf('--permissions', permissions, PACKAGE_PERMISSIONS);
  const key = { type: 'Feed', packagePermissions, ...defined({ feed, feedGroup }) };
  return await create(options, deps, () => key);
}

/** @param fields what the type of key has of its own, by the name of the login, if there is one */
async function create(
  options: NewKeyOptions,
  deps: Deps,
  fields: (login: string | undefined, context: SecurityContext) => NewApiKey | Promise<NewApiKey>,
): Promise<VerbResult<CreatedKey>> {
  const { saveSource, key: chosen, name: displayName, description } = options;
  const dryRun = options.dryRun === true;
  deps.redactor.add(chosen);
  const { saveKeyAsSource, assertFreeSource } = await import('./save-source.ts');
  if (saveSource !== undefined) await assertFreeSource(saveSource, deps);
  const expiration = expirationOf(options.expiration, deps.clock.now());
  const logging = capitalized((options.logging ?? 'none').toLowerCase());
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const { source } = context.connection;
    const login = source.credentials?.type === 'password' ? source.credentials.username : undefined;
    const wanted: NewApiKey = {
      ...(await fields(login, context)),
      logging,
      ...defined({ displayName, description, expiration, key: chosen }),
    };
    const { type, user } = wanted;
    const facts = {
      type,
      source: source.name,
      name: displayName,
      user,
      savedAs: saveSource,
      dryRun,
    };
    if (dryRun) {
      const failure = options.journal === false ? undefined : await deps.journalProblem(source);
      return { result: { ...facts, key: undefined }, failure };
    }
    const command = `apikeys create ${type.toLowerCase()}`;
    const about = ['API key', displayName ?? (user && `of ${user}`)].filter(Boolean).join(' ');
    const journal = new CallJournal(command, source, WITHOUT_GROUP, { ...options, about }, deps);
    const { key, id } = await journal.around(async () => {
      const created = await security.createApiKey(wanted, journal).catch((error: unknown) => {
        throw unknownKeyError(error, source.name);
      });
      if (created.id !== undefined)
        journal.done(defined({ id: created.id, type, displayName, user }));
      return created;
    });
    const printed = { result: { ...facts, key, id, ...journal.run }, failure: journal.failure };
    if (saveSource === undefined) return printed;
    try {
      await saveKeyAsSource(saveSource, source, { apiKey: key, user }, deps);
    } catch (error) {
      // The server shows a key once: it may not get lost.
      return { result: { ...printed.result, savedAs: undefined }, failure: asGroupctlError(error) };
    }
    return { ...printed, result: { ...printed.result, key: undefined } };
  });
}

/** A key whose answer got lost may exist, and nobody knows it: "try again" would make another one. */
function unknownKeyError(thrown: unknown, source: string): unknown {
  if (!isGroupctlError(thrown) || !isInDoubt(thrown)) return thrown;
  const onSource = sourceOption(source);
  return new GroupctlError(
    'safety',
    `It is not known whether the API key was created. ${thrown.message}`,
    {
      code: 'outcome-unknown',
      hint: `Look for it with: groupctl apikeys list${onSource}. Nobody can use a key that was not shown: delete it with: groupctl apikeys delete --id=<id>${onSource}`,
      status: thrown.status,
      cause: thrown,
    },
  );
}

/** A day, also as the list of keys has it (`2031-01-31T00:00:00`); usage (2) for another text, or one that is past. */
function expirationOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const day = text.trim().replace(/T00:00:00$/, '');
  if (isCalendarDay(day)) {
    if (Date.parse(day) + DAY_MS <= now)
      throw usageError(`The day ${day} of --expiration is past.`);
    return `${day}T00:00:00`;
  }
  throw usageError(
    `The option --expiration takes a date, such as 2031-01-31, not ${JSON.stringify(harmless(text))}.`,
  );
}

/** @throws usage (2) for a word that is not one of these */
function wordsOf(option: string, text: string, words: readonly string[]): string[] {
  const typed = text.split(',').map((each) => each.trim().toLowerCase());
  const given = [...new Set(typed.filter((each) => each !== ''))];
  const wrong = given.find((each) => !words.includes(each));
  if (given.length > 0 && wrong === undefined) return given;
  throw usageError(`Invalid value for ${option}.`, `Choose one or more of ${words.join(', ')}.`);
}
