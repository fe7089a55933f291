import { sameServer, type Source } from '../../domain/source.ts';
import { inQuotes, sourceOption } from '../../domain/shorten.ts';
import { kindInfo } from '../../backends/kinds.ts';
import type { Connection, Deps, ServerOptions } from '../../cli/deps.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import { groupLabel, WITHOUT_GROUP } from '../../domain/group.ts';
import type { RunRecord, RunSummary } from '../../state/journal/record.ts';
import type { Store } from '../../state/store.ts';
import { runRef } from './store-of-runs.ts';

/** The run that is undone or resumed, as its journal has it now. */
export interface EarlierRun {
  /** Where its journal is. */
  readonly store: Store;
  readonly record: RunRecord;
  /** @throws {@link RunChangedError} when something was recorded of it since, or another run took it up */
  readonly assertUnchanged: () => Promise<void>;
}

/** The run to undo or resume has changed since it was read: it must be read again. */
export class RunChangedError extends Error {}

/**
 * The run that is meant.
 *
 * @param source `--source`, if it was given: `latest` is the latest run on it
 * @throws not-found (4), usage and config (2) as the journal's reader does; config (2)
 *   `later-run-unreadable`
 */
export async function readEarlierRun(
  ref: string,
  source: string | undefined,
  store: Store,
  deps: Deps,
): Promise<EarlierRun> {
  const { findRun } = await import('../../state/journal/files.ts');
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  const { firstRunOf, recordStateOf, unreadableWords } = await import('./record-state.ts');
  const { runs } = store;
  const ids = await runs.ids();
  const run = findRun(ids, await runRef(ref, source, runs, deps));
  await warnOfFuture(runs, ids[0], deps);
  const first = await firstRunOf(run, runs);
  // Before it is read: what is recorded meanwhile is seen either way.
  const { version, unreadable } = await recordStateOf(runs, run, first);
  const record = await runs.read(run);
  if (unreadable !== undefined) {
    throw laterUnreadableError(unreadableWords(run, unreadable), unreadable, store);
  }
  await deps.saveMemory?.(record.rows.length);
  const assertUnchanged = async (): Promise<void> => {
    if ((await recordStateOf(runs, run, first)).version !== version) throw new RunChangedError(run);
  };
  return { store, record, assertUnchanged };
}

/** What a later run undid or resumed is somebody's decision, and is not to be done a second time. */
function laterUnreadableError(message: string, later: RunSummary, store: Store): GroupctlError {
  return new GroupctlError('config', message, {
    code: 'later-run-unreadable',
    hint: `Restore its record, or remove it from ${store.label} to go on without it.`,
    nothingWritten: true,
    details: { run: later.run },
  });
}

/**
 * Where the run was: its own source, unless another one is named for the same server.
 *
 * @throws usage (2) `unknown-kind`: a newer version may have recorded the run
 */
export async function withSourceOfRun<T extends ServerOptions>(
  { record, store }: EarlierRun,
  options: T,
  deps: Deps,
): Promise<T> {
  const { kind, run } = record;
  if (kindInfo(kind) === undefined) {
    throw usageError(
      `The run ${run} was on a server of kind ${kind}, which this version of groupctl does not know.`,
      undefined,
      'unknown-kind',
    );
  }
  if (options.source !== undefined) {
    // The same server by its URL is of the same kind.
    const isItsUrl = record.url !== undefined && sameServer(options.source, record.url);
    return isItsUrl ? { ...options, kind: options.kind ?? kind } : options;
  }
  const isUrl = record.source.includes('://');
  // The names of sources are those of the machine that it ran on.
  if (store.isShared && record.url !== undefined) {
    const named = await sourceOfUrl(record, deps);
    if (named !== undefined) return { ...options, source: named };
  }
  const renamed = store.isShared ? undefined : await renamedSource(record, deps);
  if (renamed !== undefined) return { ...options, source: renamed };
  return { ...options, source: record.source, ...(isUrl ? { kind } : {}) };
}

/** The sources here for the server of a run, and those of them for its organization. */
async function sourcesFor({ kind, url = '', organizationSlug }: RunRecord, deps: Deps) {
  const all = (await deps.sources()).list();
  const ofServer = all.filter((each) => each.kind === kind && sameServer(each.url, url));
  const same = ofServer.filter((each) => each.organizationSlug === organizationSlug);
  return { same, isOfOthers: same.length < ofServer.length };
}

/**
 * The only source for the server of a run, where the one that it names is not there any more.
 *
 * @throws usage (2) `no-source-for-run`: those for that server are for other organizations
 */
async function renamedSource(record: RunRecord, deps: Deps): Promise<string | undefined> {
  const { source, url } = record;
  if (url === undefined || source.includes('://') || url.startsWith('sandbox:')) return undefined;
  if ((await deps.sources()).find(source) !== undefined) return undefined;
  const { same, isOfOthers } = await sourcesFor(record, deps);
  if (same.length === 0 && isOfOthers) throw sourceForRunError(record, []);
  return same.length === 1 ? same[0]?.name : undefined;
}

/** The source on this machine for the server of a run; undefined: the run was on a URL, and none is for it. */
async function sourceOfUrl(record: RunRecord, deps: Deps): Promise<string | undefined> {
  const { same } = await sourcesFor(record, deps);
  const [only, ...others] = same;
  if (only !== undefined && others.length === 0) return only.name;
  if (only === undefined && record.source.includes('://')) return undefined;
  throw sourceForRunError(record, same);
}

/** @param same the sources here for the server and the organization of the run: none, or several */
function sourceForRunError(record: RunRecord, same: readonly Source[]): GroupctlError {
  const { run, kind, url } = record;
  const sources = same.map(({ name }) => name);
  const isNone = sources.length === 0;
  const which = isNone
    ? `no source here is for that server${andOrganization(record)}`
    : `several sources here are for that server: ${sources.join(', ')}`;
  return usageError(
    `The run ${run} was on ${url ?? ''} (${kind}), and ${which}.`,
    'Name the source to use with --source.',
    isNone ? 'no-source-for-run' : 'several-sources-for-run',
    { nothingWritten: true, details: { url, kind, sources } },
  );
}

/** Nothing where a kind of server has no organizations. */
function andOrganization({ kind, organizationSlug }: RunRecord): string {
  if (organizationSlug !== undefined) return ` and the organization "${organizationSlug}"`;
  return kindInfo(kind)?.hasOrganizations === true ? ' without an organization slug' : '';
}

/**
 * Takes care that a run on a URL of another machine is not taken up without credentials.
 *
 * @throws usage (2) `no-source-for-run`: nothing is sent
 */
export function assertHasCredentials({ record, store }: EarlierRun, { source }: Connection): void {
  const isOfThisMachine = !store.isShared || !record.source.includes('://');
  if (isOfThisMachine || source.credentials !== undefined) return;
  throw sourceForRunError(record, []);
}

/**
 * Takes care that a run is locked and recorded where the earlier one is.
 *
 * @throws usage (2) `other-store`: nothing is sent
 */
export async function assertSameStore(
  { record, store }: EarlierRun,
  { source }: Connection,
  deps: Deps,
): Promise<void> {
  const other = await deps.store(source);
  if (other.label === store.label) return;
  throw usageError(
    `The run ${record.run} is in ${store.label}, and the source "${source.name}" uses ${other.label}.`,
    store.isShared
      ? 'Use that store for the source, too: GROUPCTL_STORE, or groupctl sources edit --shared-store.'
      : `Import the journals of this machine: groupctl store import${sourceOption(source.name)}`,
    'other-store',
    { nothingWritten: true },
  );
}

/**
 * Takes care that a run is taken up on the server it was on, in the same organization there.
 *
 * @throws safety (8) `other-server`; usage (2) `no-source-for-run`: nothing is sent
 */
export function assertSameServer(record: RunRecord, { source }: Connection): void {
  const { kind, url } = record;
  if (source.kind === kind && (url === undefined || sameServer(url, source.url))) {
    if (source.organizationSlug === record.organizationSlug) return;
    throw sourceForRunError(record, []);
  }
  throw new GroupctlError(
    'safety',
    `The run ${record.run} was on ${url ?? ''} (${kind}), and the source ${inQuotes(source.name)} is ${source.url} (${source.kind}).`,
    { code: 'other-server', hint: 'Name that server with --source.', nothingWritten: true },
  );
}

/** Says which run is meant before anything is done about it: `latest` may be another one. */
export function sayWhich(doing: string, record: RunRecord, deps: Deps): void {
  const { run, command, about, source, group, at } = record;
  const what = group.name === WITHOUT_GROUP.name ? about : groupLabel(group);
  const where = what === undefined ? source : `${what} on ${source}`;
  deps.warn(`${doing} ${run}: ${command}, ${where}, ${at}.`);
}
