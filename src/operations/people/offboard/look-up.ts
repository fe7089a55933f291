import { serverOfKind } from '../../../backends/kinds.ts';
import { defined } from '../../../domain/defined.ts';
import type { SourceKind } from '../../../domain/source.ts';
import type { Connection, Deps, WriteOptions } from '../../../cli/deps.ts';
import type { AccountHoldings } from '../../../domain/account.ts';
import type { Member, MemberRef } from '../../../domain/group.ts';
import { sameButForCase } from '../../../domain/names.ts';
import { onSource, reworded } from '../../../errors.ts';
import type { RequestedMember } from '../../membership/plan.ts';
import type { Connections } from './connections.ts';
import { type GroupMembership, membershipsByGroup } from './memberships.ts';
import type { PersonMap } from './person-map.ts';
import { assertHasType, findPerson, nobodyNamedError, type PersonLookup } from '../person.ts';
import {
  assertNotInterrupted,
  type ServerRef,
  chosenServers,
  type ServersOptions,
  type FailedServer,
  failedServer,
} from '../servers.ts';

/** The first half of offboarding: who is there, and with what. Nothing is written. */

export interface SourceLookup {
  readonly source: string;
  /** Undefined where the map leaves the source out: it was not asked. */
  readonly connection?: Connection;
  readonly ref: RequestedMember;
  readonly person: PersonLookup;
  readonly holdings: AccountHoldings;
  readonly groups: readonly GroupMembership[];
}

/** Somebody who was found. */
export interface FoundAccount extends SourceLookup {
  readonly connection: Connection;
  readonly person: Extract<PersonLookup, { kind: 'found' }>;
}

interface LookupResult {
  readonly lookups: readonly SourceLookup[];
  readonly missed: readonly FailedServer[];
}

export function isFound(lookup: SourceLookup): lookup is FoundAccount {
  return lookup.connection !== undefined && lookup.person.kind === 'found';
}

/** The person as a member of the groups: which tell whether it is the account that groupctl uses. */
export function asMembers({ ref, person }: FoundAccount): Member[] {
  return person.memberships.map(({ member, user }) => ({
    member,
    type: ref.type,
    ...defined({ user }),
  }));
}

/**
 * Looks on each source. The connections stay open.
 *
 * @throws what a single source failed with; not-found (4) where the map names nobody who exists;
 * ambiguous (2) where a name means two on any of them; interrupted (130)
 */
export async function lookUpEverywhere(
  ref: MemberRef,
  map: PersonMap | undefined,
  options: ServersOptions & Pick<WriteOptions, 'dryRun'>,
  deps: Deps,
  connections: Connections,
): Promise<LookupResult> {
  const lookups: SourceLookup[] = [];
  const missed: FailedServer[] = [];
  for (const server of await chosenServers(options, deps)) {
    assertNotInterrupted(deps);
    try {
      lookups.push(await lookUpOn(server, ref, map, connections, options.dryRun !== true));
    } catch (error) {
      const each = failedServer(error, server);
      // It was reached, and the input must be corrected: nothing may be written before.
      if (each.error.kind === 'ambiguous') {
        throw reworded(each.error, { message: `${each.source}: ${each.error.message}` });
      }
      missed.push(each);
    }
  }
  if (map !== undefined) assertMapped(lookups);
  return { lookups, missed };
}

async function lookUpOn(
  server: ServerRef,
  typed: MemberRef,
  map: PersonMap | undefined,
  connections: Connections,
  waits: boolean,
): Promise<SourceLookup> {
  if (server.source !== undefined && map?.leavesOut(server.source) === true) {
    const person = { kind: 'nobody', near: [] } as const;
    return { source: server.source, ref: typed, person, holdings: NOT_ASKED, groups: [] };
  }
  const connection = await connections.of(server);
  const { source, directory } = connection;
  try {
    if (server.source === undefined) assertHasType(directory, typed);
    const mapped = await map?.require(source.name);
    const ref = mapped === undefined ? typed : { ...typed, name: mapped.name, row: mapped.row };
    if (waits) await connection.awaitWrites(ref);
    const match = await findPerson(connection, ref, server.source !== undefined);
    // If spellings are different accounts, the account that is meant is gone, and this is another one.
    const isAnother =
      match.kind === 'found' &&
      mapped?.isAnothers(match.member) === true &&
      !(directory.caseInsensitive && sameButForCase(ref.name.trim(), match.member));
    const person: PersonLookup = isAnother ? { kind: 'nobody', near: [] } : match;
    const holdings = await holdingsOf(connection, ref, person);
    const groups = membershipsByGroup(ref.type, person);
    return { source: source.name, connection, ref, person, holdings, groups };
  } catch (error) {
    throw onSource(error, source.name);
  }
}

async function holdingsOf(
  { directory }: Connection,
  { type }: MemberRef,
  person: PersonLookup,
): Promise<AccountHoldings> {
  const { accounts, kind } = directory;
  if (accounts === undefined || type !== 'user') return notReadOn(kind);
  return person.kind === 'nobody' ? NOT_ASKED : await accounts.holdings(person.member);
}

/** What an account holds where nobody asked. */
export const NOT_ASKED = {
  permissions: { unknown: 'Not asked.' },
  apiKeys: { unknown: 'Not asked.' },
} as const;

/** A kind of server that tells nothing of an account but its groups. */
function notReadOn(kind: SourceKind): AccountHoldings {
  const unknown = `groupctl cannot read them on ${serverOfKind(kind)}.`;
  return { permissions: { unknown }, apiKeys: { unknown } };
}

/** The map names an account: one that is not there is a mistake, and nothing is done. */
function assertMapped(lookups: readonly SourceLookup[]): void {
  for (const { source, connection, ref, person } of lookups) {
    if (connection === undefined || person.kind === 'found') continue;
    throw onSource(nobodyNamedError(ref, person.near, source), source);
  }
}
