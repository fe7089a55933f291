import { capitalized } from '../../domain/capitalized.ts';
import type { NewApiKey } from '../../backends/security-port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { inQuotes } from '../../domain/shorten.ts';
import { asGroupctlError, bothGivenError, usageError } from '../../errors.ts';
import type { CreatedKey } from '../../output/results/security/created-key.ts';
import { CallJournal } from '../call-journal.ts';
import { knownUser } from './known-name.ts';
import { unknownKeyError, unsavedKeyError } from './new-key-errors.ts';
import { expirationOf, systemApisOf, wordsOf } from './new-key-values.ts';
import { type SecurityContext, type SecurityWriteOptions, withSecurity } from './with-security.ts';
import { describeSource } from '../../domain/source.ts';

/** New API keys. Nothing here prints or stores a key, but for the one line that `create` is for. */

interface NewKeyOptions extends ServerOptions, SecurityWriteOptions {
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
  const { user: typed, userCheck, username, password, ...rest } = options;
  const hasKey = rest.apiKey !== undefined || rest.apiKeyStdin === true;
  // Next to a key they are no login, and say whose key it is.
  const login = hasKey ? {} : defined({ username, password });
  return await create({ ...rest, ...login }, deps, async (context) => {
    const user =
      typed === undefined
        ? (username ?? (await userOfSource(context)))
        : await keyUser(typed, userCheck, context);
    if (user !== undefined) return { type: 'Personal', user };
    throw usageError(
      'The option --user is missing.',
      'Name the user whose key it is to be. Without --user it is for the user who logs in (--username) or the own account of the source (--self).',
      'missing-option',
    );
  });
}

/** Who logs in; of a source with a key its own account. */
async function userOfSource({ connection, deps }: SecurityContext): Promise<string | undefined> {
  const { source } = connection;
  // With --api-key the connection has another login than the source.
  const saved = (await deps.sources()).find(source.name);
  const [login, own] = [source, saved ?? source].map((each) => describeSource(each).username);
  return login ?? own ?? source.self;
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

const PACKAGE_PERMISSIONS = ['view', 'add', 'promote', 'delete'];

/** @throws usage (2) for a word that is no API, and for another one next to full-control */
export async function createSystemKey(
  options: SystemKeyOptions,
  deps: Deps,
): Promise<VerbResult<CreatedKey>> {
  const systemApis = systemApisOf(options.apis);
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

/** @param fields what the type of key has of its own */
async function create(
  options: NewKeyOptions,
  deps: Deps,
  fields: (context: SecurityContext) => NewApiKey | Promise<NewApiKey>,
): Promise<VerbResult<CreatedKey>> {
  const { saveSource, key: chosen, name: displayName, description } = options;
  const dryRun = options.dryRun === true;
  deps.redactor.add(chosen);
  const { saveKeyAsSource, assertFreeSource } = await import('./save-source.ts');
  if (saveSource !== undefined) await assertFreeSource(saveSource, dryRun, deps);
  const expiration = expirationOf(options.expiration, deps.clock.now());
  const logging = capitalized((options.logging ?? 'none').toLowerCase());
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const { source } = context.connection;
    const wanted: NewApiKey = {
      ...(await fields(context)),
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
      const failure = await deps.journalProblem(source, options);
      return { result: { ...facts, key: undefined }, failure };
    }
    const command = `apikeys create ${type.toLowerCase()}`;
    const about = ['API key', displayName ?? (user && `of ${user}`)].filter(Boolean).join(' ');
    const journal = CallJournal.of(command, source, WITHOUT_GROUP, { ...options, about }, deps);
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
      const failure = unsavedKeyError(printed.result, error);
      return { result: { ...printed.result, savedAs: undefined }, failure };
    }
    return { ...printed, result: { ...printed.result, key: undefined } };
  });
}
