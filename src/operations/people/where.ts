import type { Membership } from '../../backends/port.ts';
import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { firstOf } from '../../domain/first-of.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import { GroupctlError, onSource, reworded } from '../../errors.ts';
import type { WhereResult, WhereRow } from '../../output/results/where.ts';
import { paddedWords } from '../membership/padded-names.ts';
import {
  assertHasType,
  findPerson,
  nobodyNamedError,
  nobodyOnAnyError,
  nobodyReachedError,
  personFrom,
  type PersonOptions,
  type PersonLookup,
  HIDDEN_HINT,
  hiddenGroupWords,
  warnUnchecked,
} from './person.ts';
import {
  ambiguousFailure,
  assertNotInterrupted,
  type ServerRef,
  chosenServers,
  type ServersOptions,
  type FailedServer,
  failedServer,
  unreachedFailure,
} from './servers.ts';
import { closeQuietly } from '../with-connection.ts';

export interface WhereOptions extends ServersOptions, PersonOptions {}

interface Asked {
  readonly source: string;
  readonly kind: string;
  readonly person: PersonLookup;
}

/** The groups of one person, on one source or on all; a source that fails does not stop the others. */
export async function where(options: WhereOptions, deps: Deps): Promise<VerbResult<WhereResult>> {
  const ref = personFrom(options);
  const asked: Asked[] = [];
  const missed: FailedServer[] = [];
  const ambiguous: FailedServer[] = [];
  for (const server of await chosenServers(options, deps)) {
    assertNotInterrupted(deps);
    try {
      asked.push(await ask(server, ref, deps));
    } catch (error) {
      const each = failedServer(error, server);
      (each.error.kind === 'ambiguous' ? ambiguous : missed).push(each);
    }
  }
  const found = asked.filter(({ person }) => person.kind === 'found');
  const result: WhereResult = {
    several: options.allSources === true,
    rows: asked.flatMap(rowsOf),
  };
  warnUnchecked(asked, deps);
  const isWhole = found.every((each) => hiddenGroupsOf(each).length === 0);
  if (found.length > 0 && result.rows.length === 0 && isWhole) {
    // Standard output has names of groups and nothing else.
    deps.warn(`${ref.name} is in no group on ${found.map(({ source }) => source).join(', ')}.`);
  }
  for (const each of asked) {
    const source = result.several ? each.source : undefined;
    for (const group of hiddenGroupsOf(each)) deps.warn(hiddenGroupWords(group, source));
    for (const { member, group } of paddedOf(each)) {
      deps.warn(`Not listed: ${paddedWords(member, group, 'name that account')}`);
    }
  }
  const unasked = unreachedFailure(missed, asked.length + ambiguous.length);
  const failure =
    ambiguousFailure(ambiguous, unasked) ?? hiddenGroupsFailure(asked, ref, result.several);
  if (found.length === 0) {
    const nobody = nobodyOnAnyError(ref, asked);
    if (failure === undefined) throw nobody;
    return { result, failure: asked.length === 0 ? failure : nobodyReachedError(nobody, failure) };
  }
  for (const { source, person } of asked) {
    if (person.kind === 'nobody') deps.warn(nobodyNamedError(ref, [], source).message);
  }
  return { result, failure };
}

async function ask(server: ServerRef, ref: MemberRef, deps: Deps): Promise<Asked> {
  const connection = await server.open();
  const { source, directory } = connection;
  try {
    if (server.source === undefined) assertHasType(directory, ref);
    return {
      source: source.name,
      kind: directory.kind,
      person: await findPerson(connection, ref, server.source !== undefined),
    };
  } catch (error) {
    const failure = onSource(error, source.name);
    if (failure.kind === 'ambiguous') throw reworded(failure, { hint: AS_SPELLED });
    throw failure;
  } finally {
    await closeQuietly(connection, deps);
  }
}

/** Nothing would be written anyway. */
const AS_SPELLED = 'Type the name exactly as the server spells it.';

function hiddenGroupsOf({ person }: Asked): readonly Group[] {
  return person.kind === 'found' ? person.hiddenGroups : [];
}

function paddedOf({ person }: Asked): readonly Membership[] {
  return person.kind === 'found' ? person.padded : [];
}

/** The answer is not complete, and a script must not take it for a complete one. */
function hiddenGroupsFailure(
  asked: readonly Asked[],
  { name }: MemberRef,
  several: boolean,
): GroupctlError | undefined {
  const groups = asked.flatMap((each) =>
    hiddenGroupsOf(each).map((group) => ({ source: each.source, group: group.name })),
  );
  if (groups.length === 0) return undefined;
  const list = firstOf(groups, ({ source, group }) => (several ? `${group} on ${source}` : group));
  const sources = new Set(groups.map(({ source }) => source));
  return new GroupctlError(
    'protocol',
    `It is not known whether ${name} is in ${list}: the server does not tell who is there.`,
    {
      code: 'members-not-told',
      hint: HIDDEN_HINT,
      details: { groups },
      source: sources.size === 1 ? groups[0]?.source : undefined,
    },
  );
}

function rowsOf({ source, kind, person }: Asked): WhereRow[] {
  if (person.kind === 'nobody') return [];
  return person.memberships.map(({ group, member }) => ({ source, kind, group, member }));
}
