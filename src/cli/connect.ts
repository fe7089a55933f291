import { defined } from '../domain/defined.ts';
import { kindInfo } from '../backends/kinds.ts';
import { openBackend } from '../backends/registry.ts';
import type { Connection, ConnectOptions, Deps } from './deps.ts';
import { openSandbox } from './embedded-sandbox.ts';
import { awaitAdditions, type LockContext, lockGroup, warnOfOpenMarks } from './group-lock.ts';
import { inCi } from './in-ci.ts';
import { withCredentials } from './source-secret.ts';
import { sameName } from '../domain/names.ts';
import type { MemberRef } from '../domain/group.ts';
import type { Source, SourceKind } from '../domain/source.ts';
import { usageError } from '../errors.ts';
import { openRoute, proxyPasswords } from '../http/agent.ts';
import { EchoGuard } from '../http/echo.ts';
import { keepGroupNames } from '../state/group-names.ts';
import { assertSound } from '../state/sources/secret-text.ts';
import { isSandbox, normalizeUrl } from '../state/sources/choose.ts';
import { assertSlugFits } from '../state/sources/credentials.ts';

/** From a source to a connection: time limits, lock, settle time, and the sandbox where it is one. */

const TIMEOUT_S = 100;
const SETTLE_LIMIT_S = 60;
/** Calls at once without --concurrency. */
const CONCURRENCY = 8;
/** Shown when an interrupt does not end the run within a second. */
const STILL_BUSY = 'Finishing the current request. Press Ctrl+C again to stop now.';
/** The settle time in CI, where many jobs write at once; by hand it is one read-back. */
const CI_SETTLE_MS = 1000;

export async function connectTo(
  chosen: Source,
  options: ConnectOptions,
  deps: Deps,
): Promise<Connection> {
  const { clock, deadline, env, redactor, signal } = deps;
  const keyed = chosen.external === undefined ? chosen : await withCredentials(chosen, deps);
  // A URL that was written into the file by hand may lack the slash, and the lock depends on it.
  const source = isSandbox(keyed) ? keyed : { ...keyed, url: normalizeUrl(keyed.url) };
  const settleMs = options.settle ?? source.settle ?? (inCi(env) ? CI_SETTLE_MS : 0);
  const settleLimitMs = (options.settleLimit ?? SETTLE_LIMIT_S) * 1000;
  if (settleMs >= settleLimitMs) {
    throw usageError(
      `--settle (${settleMs} ms) has to be shorter than --settle-limit (${settleLimitMs / 1000} s).`,
    );
  }
  const echo = new EchoGuard();
  const addSecret = (secret: string): void => {
    redactor.add(secret);
    echo.add(secret);
  };
  for (const secret of proxyPasswords(env)) redactor.add(secret);
  const { secrets, username } = secretsOf(source);
  for (const secret of secrets) {
    // A password that is the user's name is one of the names that a server shows.
    if (username !== undefined && sameName(secret, username)) redactor.add(secret);
    else addSecret(secret);
  }
  // An editor may have left invisible characters in the configuration file.
  for (const secret of secrets) {
    assertSound(secret, `The secret of ${source.name}`, { keepQuotes: true, typed: true });
  }
  const timeoutMs = (options.timeout ?? TIMEOUT_S) * 1000;
  // Only a command that may write has --no-journal. It checks the store before it asks the server.
  const store =
    options.journal !== undefined && options.dryRun !== true ? await deps.store(source) : undefined;
  await store?.assertReady();
  const marks: LockContext['marks'] = new Map();
  const locks: LockContext = { source, options, timeoutMs, deadline, marks, deps };
  const sandbox = isSandbox(source) ? await openSandbox(source, deps) : undefined;
  const opened: Source =
    sandbox === undefined || source.credentials !== undefined
      ? source
      : { ...source, credentials: { type: 'api-key', apiKey: sandbox.apiKey } };
  const warn = (message: string): void => deps.warn(message);
  const concurrency = concurrencyOf(source.kind, options);
  const url = sandbox?.url ?? source.url;
  // The sandbox is in this process: no proxy gets there.
  const route = {
    env: sandbox === undefined ? env : {},
    url,
    timeoutMs,
    warn,
    connections: concurrency,
    ...defined({ caFile: source.caFile }),
  };
  let groupNames: readonly string[] | undefined;
  try {
    assertSlugFits(opened.kind, opened.credentials, opened.organizationSlug);
    const directory = await openBackend({
      source: opened,
      baseUrl: url,
      userAgent: `groupctl/${deps.version}`,
      clock,
      deadline,
      settleMs,
      settleLimitMs,
      redact: (text) => redactor.clean(text),
      holdsSecret: (value, json) => echo.holdsSecret(value, json),
      trace: (message) => deps.trace(message),
      warn,
      secret: addSecret,
      onGroups: (names) => {
        groupNames = names;
      },
      concurrency,
      lock: async (key, shown = key) => await lockGroup(locks, key, shown),
      http: {
        timeoutMs,
        deadline,
        clock,
        signal,
        openRoute: async () => await openRoute(route),
        ...(deps.speech.verbose
          ? {
              onExchange: ({ method, url, status, ms }) =>
                deps.trace(`${method} ${url} ${status ?? 'no answer'} ${Math.round(ms)} ms`),
            }
          : {}),
        ...(store?.isShared === true ? { writeLeftMs: () => store.writeLeftMs() } : {}),
        onWait: (ms, why) => deps.waiting(ms, why),
        // The sandbox goes by the clock of this machine.
        ...(sandbox === undefined ? { onDate: (date) => deps.serverClock.note(date) } : {}),
        ...(options.showBody === true ? { onBody: (body) => deps.body(body) } : {}),
      },
    });
    let note: NodeJS.Timeout | undefined;
    const onInterrupt = (): void => {
      note = setTimeout(() => deps.warn(STILL_BUSY), 1000);
      note.unref();
    };
    signal.addEventListener('abort', onInterrupt, { once: true });
    const close = async (): Promise<void> => {
      signal.removeEventListener('abort', onInterrupt);
      clearTimeout(note);
      await directory.close();
      warnOfOpenMarks(marks, timeoutMs, deps);
      if (groupNames !== undefined && options.cache !== false) {
        keepGroupNames((await deps.paths()).state, source.name, groupNames);
      }
      await sandbox?.close();
    };
    const awaitWrites = async (ref: MemberRef): Promise<void> =>
      await awaitAdditions(locks, directory, ref);
    return { source, directory, userCheck: source.userCheck ?? true, awaitWrites, close };
  } catch (error) {
    await sandbox?.close();
    throw error;
  }
}

/** How many calls may be under way at once: one, where a whole list is written. */
function concurrencyOf(kind: SourceKind, options: ConnectOptions): number {
  const isOne = kindInfo(kind)?.ignoredOptions.includes('concurrency') === true;
  return isOne ? 1 : (options.concurrency ?? CONCURRENCY);
}

/** The secrets of a source, and the user's name that its password belongs to. */
function secretsOf({ credentials }: Source): { secrets: string[]; username?: string } {
  if (credentials === undefined) return { secrets: [] };
  if (credentials.type === 'api-key') return { secrets: [credentials.apiKey] };
  if (credentials.type === 'client') return { secrets: [credentials.clientSecret] };
  return { secrets: [credentials.password], username: credentials.username };
}
