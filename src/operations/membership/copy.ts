import type {
  Connection,
  ConnectOptions,
  Deps,
  ServerOptions,
  WriteOptions,
} from '../../cli/deps.ts';
import type { Group } from '../../domain/group.ts';
import { sameName } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, isGroupctlError, reworded, usageError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { CopyResult } from '../../output/results/copy.ts';
import { runChanges } from './run-changes.ts';
import type { RequestedMember, RunContext } from './plan.ts';
import { savedWords } from './copy-failures.ts';
import { notTriedRows, savingFailures, savingNotTried } from './save-failures.ts';
import { prepareChanges } from './prepare-changes.ts';
import type { Resolved } from './resolve-names.ts';
import { assertFailures, saveFailedRows } from './member-input.ts';
import { isCloud } from '../../state/sources/url.ts';
import { withConnection } from '../with-connection.ts';
import { assertOneRowPerAccount, type CopyMap, readCopyMap, rowsOfMembers } from './copy-map.ts';
import { type Counterparts, matchUp, type Origin } from './copy-counterparts.ts';
import { withMapAdvice, splitCollisions } from './copy-collisions.ts';
import { accountsAmong } from '../accounts.ts';
import { stateOf } from '../group-state.ts';

export interface CopyOptions
  extends WriteOptions, Pick<ServerOptions, 'timeout' | 'deadline' | 'showBody'> {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly toName?: string;
  readonly map?: string;
  readonly failures?: string;
}

/** Adds the members of a group on one server to a group on another. */
export async function copyMembers(
  options: CopyOptions,
  deps: Deps,
): Promise<VerbResult<CopyResult>> {
  assertNamed('--from', options.from);
  assertNamed('--to', options.to);
  await assertFailures(options);
  const { from, to } = options;
  const map =
    options.map === undefined ? undefined : await readCopyMap(options.map, from, to, deps);
  const { name, toName = name, failures } = options;
  const isOne = sameName(from, to);
  if (isOne && name === toName) throw intoItselfError();
  const inConnection = async <T>(
    server: ConnectOptions,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> =>
    await withConnection(server, deps, work).catch((error: unknown) => {
      throw namingSource(error);
    });
  const save = ({ requested, rows }: CopiedRows): Promise<string | undefined> =>
    saveFailedRows({ failures }, options, { requested, file: undefined }, rows, deps);
  const addTo = async (origin: Origin, connection: Connection): Promise<Copied> => {
    const counterparts = await matchUp(origin, connection, map, options.skipUnknown === true);
    const { requested } = counterparts;
    const context = { connection, options, deps };
    return await savingNotTried(
      () => add(origin, counterparts, { toName, map }, context),
      (error) => save({ requested, rows: notTriedRows('add', requested, error) }),
    );
  };
  const copied = async (): Promise<Copied> => {
    // One connection is one login, and some may be used a few times only.
    if (isOne) {
      return await inConnection(
        { ...options, source: from },
        async (both) => await addTo(await readOrigin(both, name, map), both),
      );
    }
    // It is only read.
    const { journal: _, ...reading } = options;
    const origin = await inConnection({ ...reading, source: from }, (connection) =>
      readOrigin(connection, name, map),
    );
    return await inConnection({ ...options, source: to }, (connection) =>
      addTo(origin, connection),
    );
  };
  const { done, requested, rows, unmatched } = await copied();
  // The group is free by now: a pipe may have to wait for its reader.
  return await savingFailures(
    // A row says what is wrong on its server, and there are two.
    { ...done, failure: done.failure && (namingSource(done.failure) as GroupctlError) },
    () => save({ requested, rows }),
    (path) => savedWords(options.dryRun === true ? undefined : failures, path, unmatched),
  );
}

interface CopiedRows {
  readonly requested: readonly RequestedMember[];
  /** Those for --failures. */
  readonly rows: readonly MemberOutcome[];
}

interface Copied extends CopiedRows {
  readonly done: VerbResult<CopyResult>;
  /** How many members have no name on the other server. */
  readonly unmatched: number;
}

/** There are two servers, and what one of them says is about that one; what is typed is about both. */
function namingSource(error: unknown): unknown {
  if (!isGroupctlError(error) || error.source === undefined) return error;
  const { kind, code, message, source } = error;
  const isOfNoServer = kind === 'interrupted' || kind === 'config' || kind === 'internal';
  const namesIt = code === 'no-counterpart';
  if (isOfNoServer || namesIt || (kind === 'usage' && code !== 'not-supported')) return error;
  return reworded(error, { message: `${source}: ${message}` });
}

function intoItselfError(): GroupctlError {
  return usageError('Source and target are the same group.', 'Use --to-name for another one.');
}

async function readOrigin(
  connection: Connection,
  name: string,
  map: CopyMap | undefined,
): Promise<Origin> {
  const { directory } = connection;
  const state = await stateOf(await directory.findGroup(name), directory, { forChange: true });
  const rows = map === undefined ? undefined : await rowsOfMembers(map, state.members, directory);
  const names = state.members.map(({ member }) => member);
  return { connection, accounts: await accountsAmong(directory, names), state, rows };
}

/** A key must not travel to another server, so both have their own, in the sources. */
function assertNamed(option: string, ref: string): void {
  if (!ref.includes('://') && !isCloud(ref)) return;
  throw usageError(
    `${option} takes the name of a source, not a URL, as both servers need credentials of their own.`,
    'See: groupctl sources add --help',
  );
}

interface Target {
  readonly toName: string;
  readonly map: CopyMap | undefined;
}

async function add(
  from: Origin,
  { requested, unmatched }: Counterparts,
  { toName, map }: Target,
  context: RunContext,
): Promise<Copied> {
  const prepared = await prepareChanges(
    {
      op: 'add',
      group: toName,
      members: requested,
      forUpdate: context.options.dryRun !== true,
      review: async (found) => {
        const { changes, unknown } = await review(found, from, map, context);
        return { changes, unknown: [...unmatched, ...unknown] };
      },
    },
    context,
  );
  const { group, changes, decided, stopped } = prepared;
  if (isOrigin(from, context.connection, group)) throw intoItselfError();
  const command = 'security groups members copy';
  const { done, notTried } = stopped ?? {
    done: await runChanges({ command, group, changes, decided }, context),
    notTried: [],
  };
  const all = [...done.result.outcomes, ...notTried];
  // A member without a name here is in no list of names for here: another account may have that name.
  const rows = all.filter(({ error }) => error?.code !== 'no-counterpart');
  const { name, kind } = from.connection.source;
  const result = { ...done.result, from: { source: name, kind, group: from.state.group } };
  return { done: { ...done, result }, requested, rows, unmatched: all.length - rows.length };
}

/** What must not be taken for one person, and what a map would help. */
async function review(
  found: Resolved,
  { accounts }: Origin,
  map: CopyMap | undefined,
  context: RunContext,
): Promise<Resolved> {
  if (map !== undefined) {
    await assertOneRowPerAccount(map, found.changes, context.connection.directory);
    return found;
  }
  const unknown = found.unknown.map(withMapAdvice);
  const { changes, unknown: collisions } = await splitCollisions(found.changes, accounts, context);
  return { changes, unknown: [...collisions, ...unknown] };
}

function isOrigin({ connection, state }: Origin, { source }: Connection, group: Group): boolean {
  if (connection.source.url !== source.url) return false;
  const { id, name } = state.group;
  return id === undefined ? sameName(name, group.name) : id === group.id;
}
