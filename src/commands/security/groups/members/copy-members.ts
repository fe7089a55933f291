import type { Connection, Deps } from '../../../../deps.ts';
import type { MemberChange } from '../../../../domain/change.ts';
import type { Group, GroupState, Member } from '../../../../domain/group.ts';
import { NameIndex, sameName } from '../../../../domain/names.ts';
import type { MemberOutcome } from '../../../../domain/outcome.ts';
import { GroupctlError, isGroupctlError, reworded, usageError } from '../../../../errors.ts';
import type { People } from '../../../../input/people.ts';
import type { Done } from '../../../../leaf.ts';
import type { CopyResult } from '../../../../output/copy.ts';
import { runChanges } from '../../../../runs/change-run.ts';
import { conclude } from '../../../../runs/conclude.ts';
import type { RunContext, TypedMember } from '../../../../runs/plan.ts';
import { onceEach, resolveTyped } from '../../../../runs/resolve-names.ts';
import { assertFailures, saveFailures } from '../../../../runs/typed-input.ts';
import { noCounterpartRow, notTriedRow } from '../../../../runs/typed-names.ts';
import { isCloud } from '../../../../store/choose.ts';
import { withConnection } from '../../../with-connection.ts';
import type { Options } from './copy.ts';

/** Adds the members of a group on one server to a group on another. */
export async function copyMembers(options: Options, deps: Deps): Promise<Done<CopyResult>> {
  assertNamed('--from', options.from);
  assertNamed('--to', options.to);
  await assertFailures(options);
  const people = options.map === undefined ? undefined : await readMap(options.map);
  const name = options.name.trim();
  const toName = options.toName?.trim() ?? name;
  if (sameName(options.from, options.to) && sameName(name, toName)) {
    throw usageError('This would copy a group into itself;', '--to-name names another group.');
  }
  const on = async <T>(source: string, work: (connection: Connection) => Promise<T>): Promise<T> =>
    await withConnection({ ...options, source }, deps, work).catch((error: unknown) => {
      throw onSource(error);
    });
  const from = await on(options.from, (connection) => membersOf(connection, name));
  return await on(options.to, async (connection) => {
    const counterparts = matchUp(from, connection, people, options.skipUnknown === true);
    return await add(from, counterparts, toName, options, { connection, options, deps });
  });
}

/** There are two servers, and a name that is not found is not found on one of them. */
function onSource(error: unknown): unknown {
  if (!isGroupctlError(error) || error.kind !== 'not-found' || error.source === undefined) {
    return error;
  }
  return reworded(error, { message: `${error.source}: ${error.message}` });
}

interface Origin {
  readonly connection: Pick<Connection, 'source'>;
  readonly state: GroupState;
}

async function membersOf(connection: Connection, name: string): Promise<Origin> {
  const { directory } = connection;
  const [state] = await directory.snapshot([await directory.findGroup(name)]);
  if (state === undefined) throw new GroupctlError('internal', 'The snapshot was empty.');
  return { connection, state };
}

/** A key must not travel to another server, so both have their own, in the sources. */
function assertNamed(option: string, ref: string): void {
  if (!ref.includes('://') && !isCloud(ref)) return;
  throw usageError(
    `${option} takes the name of a source, not a URL, as both servers need credentials of their own;`,
    'see: groupctl sources add --help',
  );
}

async function readMap(path: string): Promise<People> {
  const { readPeople } = await import('../../../../input/people.ts');
  return await readPeople(path);
}

interface Counterparts {
  readonly typed: readonly TypedMember[];
  readonly without: readonly MemberOutcome[];
}

/** Who the members are on the other server: as the map says, else by the same name. */
function matchUp(
  from: Origin,
  to: Connection,
  people: People | undefined,
  skipping: boolean,
): Counterparts {
  const typed: TypedMember[] = [];
  const without: MemberOutcome[] = [];
  const lookUp = people === undefined ? undefined : mapOf(people, from, to);
  for (const { member, type } of from.state.members) {
    const found = lookUp === undefined ? { name: member } : lookUp({ member, type });
    if (found !== undefined && to.directory.memberTypes.includes(type)) {
      typed.push({ type, ...found });
      continue;
    }
    const change: MemberChange = { op: 'add', type, member, requested: member };
    const why =
      found === undefined
        ? `has no name on ${to.source.name} in ${people?.file ?? 'the map'}`
        : `is a machine identity, and a ${to.directory.kind} server has none`;
    without.push(noCounterpartRow(change, why, skipping));
  }
  return { typed, without };
}

type LookUp = (member: Pick<Member, 'member' | 'type'>) => Omit<TypedMember, 'type'> | undefined;

function mapOf(people: People, from: Origin, to: Connection): LookUp {
  const fromAt = columnOf(people, from.connection.source.name, 'from');
  const toAt = columnOf(people, to.source.name, 'to');
  const rows = people.rows.filter(({ cells }) => cells[fromAt] !== '');
  const byName = new Map(rows.map((row) => [row.cells[fromAt] ?? '', row]));
  const index = new NameIndex();
  for (const { line, cells } of rows) {
    const name = cells[fromAt] ?? '';
    const twin = index.has(name) ? index.find(name) : undefined;
    if (twin !== undefined) {
      const spelled = twin.kind === 'one' ? twin.name : name;
      const earlier = byName.get(spelled)?.line === line ? undefined : byName.get(spelled)?.line;
      throw usageError(
        `${people.file}, line ${line}: ${name} has a row already${earlier === undefined ? '' : ` (line ${earlier})`};`,
        'each person takes one.',
        'bad-row',
      );
    }
    index.add(name);
  }
  return ({ member }) => {
    const match = index.find(member);
    const row = match.kind === 'one' ? byName.get(match.name) : undefined;
    const name = row?.cells[toAt] ?? '';
    if (row === undefined || name === '') return undefined;
    return { name, row: { file: people.file, line: row.line } };
  };
}

function columnOf(people: People, source: string, role: string): number {
  const at = people.column(source) ?? people.column(role);
  if (at !== undefined) return at;
  throw usageError(
    `${people.file} has no column "${source}" or "${role}"; it has ${people.columns.map((name) => `"${name}"`).join(', ')}.`,
    'Its first line names the sources.',
    'no-such-column',
  );
}

async function add(
  from: Origin,
  { typed, without }: Counterparts,
  toName: string,
  options: Options,
  context: RunContext,
): Promise<Done<CopyResult>> {
  const { directory } = context.connection;
  const forUpdate = options.dryRun !== true;
  const find = (): Promise<Group> => directory.findGroup(toName, { forUpdate });
  const early = directory.writes === 'per-member' ? await find() : undefined;
  const { changes: resolved, unknown } = await resolveTyped('add', typed, context, early);
  const settled = [...without, ...unknown];
  const group = early ?? (await find());
  const changes = await onceEach(resolved, group, context);
  const stops = settled.length > 0 && (options.skipUnknown !== true || changes.length === 0);
  const done = stops
    ? conclude({ group, outcomes: settled, untouched: changes.length }, context)
    : await runChanges(
        { command: 'security groups members copy', group, changes, settled },
        context,
      );
  const untried = stops ? changes.map(notTriedRow) : [];
  const rows = [...done.result.outcomes, ...untried];
  await saveFailures(options, { typed, file: undefined }, rows);
  const { name, kind } = from.connection.source;
  return {
    ...done,
    result: { ...done.result, from: { source: name, kind, group: from.state.group } },
  };
}
