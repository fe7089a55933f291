import { serverOfKind } from '../../backends/kinds.ts';
import type { Connection } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Accounts } from '../../domain/names.ts';
import type { GroupState } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { PeopleRow } from '../../files/people.ts';
import { MAP_ADVICE } from './copy-collisions.ts';
import { assertTargets, type CopyMap } from './copy-map.ts';
import { noCounterpartRow } from './member-names.ts';
import type { RequestedMember } from './plan.ts';

/** Who the members of the group that is copied are on the other server. */

export interface Origin {
  readonly connection: Pick<Connection, 'source'>;
  /** Which of the members' names are one account's there. */
  readonly accounts: Accounts;
  readonly state: GroupState;
  /** By the member; undefined without a map. */
  readonly rows: ReadonlyMap<string, PeopleRow> | undefined;
}

export interface Counterparts {
  readonly requested: readonly RequestedMember[];
  readonly unmatched: readonly MemberOutcome[];
}

/** Who the members are on the other server: as the map says, else by the same name. */
export async function matchUp(
  from: Origin,
  { source, directory }: Connection,
  map: CopyMap | undefined,
  skipping: boolean,
): Promise<Counterparts> {
  if (map !== undefined) await assertTargets(map, directory);
  const requested: RequestedMember[] = [];
  const unmatched: MemberOutcome[] = [];
  const hasIdentities =
    from.state.members.some(({ type }) => type === 'identity') &&
    (await directory.hasType('identity'));
  const where = directory.memberTypes.includes('identity')
    ? source.name
    : serverOfKind(directory.kind);
  for (const { member, type } of from.state.members) {
    const found = map === undefined ? { name: member } : namedIn(map, from.rows?.get(member));
    if (found !== undefined && (type === 'user' || hasIdentities)) {
      requested.push({ type, ...found });
      continue;
    }
    const change: MemberChange = { op: 'add', type, member, requested: member };
    const why =
      found === undefined
        ? `has no name on ${source.name} in ${map?.people.file ?? 'the map'}`
        : `is a machine identity, and ${where} has none`;
    const advice =
      type === 'identity' && !hasIdentities
        ? undefined
        : map === undefined
          ? MAP_ADVICE
          : `Give the member a name in ${map.people.file}.`;
    unmatched.push(noCounterpartRow(change, why, { skipping, advice }));
  }
  return { requested, unmatched };
}

/** Undefined: the person has no name on the other server. */
function namedIn(
  { people, toAt }: CopyMap,
  row: PeopleRow | undefined,
): Omit<RequestedMember, 'type'> | undefined {
  const name = row?.cells[toAt] ?? '';
  if (row === undefined || name === '') return undefined;
  return { name, row: { file: people.file, line: row.line } };
}
