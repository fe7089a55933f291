import { defined } from '../domain/defined.ts';
import type { BackendContext } from '../backends/context.ts';
import { kindInfo } from '../backends/kinds.ts';
import { openBackend } from '../backends/registry.ts';
import type { Connection, ConnectOptions, Deps } from './deps.ts';
import { openSandbox } from './embedded-sandbox.ts';
import { awaitAdditions, type GroupLockContext, lockGroup, warnOfOpenMarks } from './group-lock.ts';
import { inCi } from './in-ci.ts';
import { registerSecrets, withCredentials } from './source-secret.ts';
import type { MemberRef } from '../domain/group.ts';
import type { Source, SourceKind } from '../domain/source.ts';
import { usageError } from '../errors.ts';
import { openRoute, proxyPasswords } from '../http/agent.ts';
import { EchoGuard } from '../http/echo.ts';
import type { Store } from '../state/store.ts';
import { keepGroupNames } from '../state/group-names.ts';
import { isSandbox } from '../state/sources/choose.ts';
import { assertSlugFits } from '../state/sources/credentials.ts';
import { normalizeUrl } from '../state/sources/url.ts';

/** From a source to a connection: time limits, lock, settle time, and the sandbox where it is one. */

const TIMEOUT_S = 100;
const SETTLE_LIMIT_S = 60;
/** Calls at once without --concurrency: 102 adds a second, where one after the other it was 64. */
const CONCURRENCY = 8;
/** Shown when an interrupt does not end the run within a second. */
const STILL_BUSY = 'Finishing the current request. Press Ctrl+C again to stop now.';
/** The settle time in CI, where many jobs write at once; by hand it is one read-back. */
const CI_SETTLE_MS = 1000;

/**
 * Opens the connection to a source.
 *
 * @throws usage (2): a settle time as long as its limit, damaged secrets; what the store of the source,
 *   its keyring and its kind throw
 */
export async function connectToSource(
  chosen: Source,
  options: ConnectOptions,
  deps: Deps,
): Promise<Connection> {
  const keyed = chosen.external === undefined ? chosen : await withCredentials(chosen, deps);
  // A URL that was written into the file by hand may lack the slash, and the lock depends on it.
  const source = isSandbox(keyed) ? keyed : { ...keyed, url: normalizeUrl(keyed.url) };
  const times = settleTimes(source, options, deps);
  const echo = new EchoGuard();
  const addSecret = (secret: string): void => {
    deps.redactor.add(secret);
    echo.add(secret);
  };
  for (const secret of proxyPasswords(deps.env)) deps.redactor.add(secret);
  registerSecrets(source, addSecret, deps);
  // Only a command that may write has --no-journal. It checks the store before it asks the server.
  const store =
    options.journal !== undefined && options.dryRun !== true ? await deps.store(source) : undefined;
  await store?.assertReady();
  const timeoutMs = (options.timeout ?? TIMEOUT_S) * 1000;
  const marks: GroupLockContext['marks'] = new Map();
  const locks = { source, options, timeoutMs, deadline: deps.deadline, marks, deps };
  const sandbox = isSandbox(source) ? await openSandbox(source, deps) : undefined;
  const opened: Source =
    sandbox === undefined || source.credentials !== undefined
      ? source
      : { ...source, credentials: { type: 'api-key', apiKey: sandbox.apiKey } };
  const baseUrl = sandbox?.url ?? source.url;
  const concurrency = concurrencyOf(source.kind, options);
  let groupNames: readonly string[] | undefined;
  try {
    assertSlugFits(opened.kind, opened.credentials, opened.organizationSlug);
    const directory = await openBackend({
      source: opened,
      baseUrl,
      userAgent: `groupctl/${deps.version}`,
      clock: deps.clock,
      deadline: deps.deadline,
      ...times,
      redact: (text) => deps.redactor.clean(text),
      holdsSecret: (value, json) => echo.holdsSecret(value, json),
      trace: (message) => deps.trace(message),
      warn: (message) => deps.warn(message),
      secret: addSecret,
      onGroups: (names) => {
        groupNames = names;
      },
      concurrency,
      lock: async (key, name = key) => await lockGroup(locks, key, name),
      http: httpOptions(source, { options, baseUrl, timeoutMs, concurrency, store }, deps),
    });
    const endBusyNote = noteWhenBusy(deps);
    const close = async (): Promise<void> => {
      endBusyNote();
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

/** @throws usage (2): settling would be given up before it is over */
function settleTimes(
  source: Source,
  options: ConnectOptions,
  { env }: Deps,
): Pick<BackendContext, 'settleMs' | 'settleLimitMs'> {
  const settleMs = options.settle ?? source.settle ?? (inCi(env) ? CI_SETTLE_MS : 0);
  const settleLimitMs = (options.settleLimit ?? SETTLE_LIMIT_S) * 1000;
  if (settleMs < settleLimitMs) return { settleMs, settleLimitMs };
  throw usageError(
    `--settle (${settleMs} ms) has to be shorter than --settle-limit (${settleLimitMs / 1000} s).`,
  );
}

interface HttpSettings {
  readonly options: ConnectOptions;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly store: Store | undefined;
}

function httpOptions(
  source: Source,
  { options, baseUrl, timeoutMs, concurrency, store }: HttpSettings,
  deps: Deps,
): BackendContext['http'] {
  const { clock, deadline, env, signal } = deps;
  // The sandbox is in this process: no proxy gets there, and it goes by the clock of this machine.
  const isHere = isSandbox(source);
  const route = {
    env: isHere ? {} : env,
    url: baseUrl,
    timeoutMs,
    warn: (message: string): void => deps.warn(message),
    connections: concurrency,
    ...defined({ caFile: source.caFile }),
  };
  return {
    timeoutMs,
    deadline,
    clock,
    signal,
    openRoute: async () => await openRoute(route),
    ...(deps.output.verbose
      ? {
          onExchange: ({ method, url, status, ms }) =>
            deps.trace(`${method} ${url} ${status ?? 'no answer'} ${Math.round(ms)} ms`),
        }
      : {}),
    ...(store?.isShared === true ? { writeLeftMs: () => store.writeLeftMs() } : {}),
    onWait: (ms, why) => deps.waiting(ms, why),
    ...(isHere ? {} : { onDate: (date) => deps.serverClock.note(date) }),
    ...(options.showBody === true ? { onBody: (body) => deps.body(body) } : {}),
  };
}

/** Tells a person who interrupts that a request is being finished; returns what ends this. */
function noteWhenBusy(deps: Deps): () => void {
  const { signal } = deps;
  let end = (): void => undefined;
  const onInterrupt = (): void => {
    end = deps.every(1000, () => {
      end();
      deps.warn(STILL_BUSY);
    });
  };
  signal.addEventListener('abort', onInterrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', onInterrupt);
    end();
  };
}

/** How many calls may be under way at once. */
function concurrencyOf(kind: SourceKind, options: ConnectOptions): number {
  return kindInfo(kind)?.engine === 'whole-list' ? 1 : (options.concurrency ?? CONCURRENCY);
}
