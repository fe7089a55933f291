import type { AppCommand } from '../../../../command.ts';
import type { Deps } from '../../../../deps.ts';
import type { MemberRef } from '../../../../domain/group.ts';
import { asGroupctlError } from '../../../../errors.ts';
import { type Done, registerLeaf, type Start } from '../../../../leaf.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../../options.ts';
import { presentWhere, type WhereResult, type WhereRow } from '../../../../output/where.ts';
import {
  addPersonOptions,
  assertHasType,
  findPerson,
  nobodyNamed,
  PERSON,
  personFrom,
  type PersonOptions,
  type Sighting,
} from './where-person.ts';
import {
  addReachOption,
  assertNotInterrupted,
  type Reach,
  reaches,
  type ReachOptions,
  type Unreached,
  unreached,
  unreachedFailure,
} from './where-reach.ts';

export interface Options extends ReachOptions, PersonOptions {}

export function register(parent: AppCommand, start: Start): void {
  registerLeaf<Options, WhereResult>(parent, start, {
    name: 'where',
    summary: 'Every group that holds this person.',
    options: (add) => {
      addPersonOptions(add);
      addReachOption(add);
      addServerOptions(add);
    },
    oneOf: PERSON,
    examples: [
      'groupctl security groups members where --member=jsmith',
      'groupctl security groups members where --member=jsmith --all-sources --json',
    ],
    json: '[{"source","kind","group":{"name","id"?,"slug"?,"memberCount"?},"member"}]',
    exitCodes: [...SERVER_EXIT_CODES, [7, 'some sources answered, some did not'], INTERRUPTED],
    run,
    present: presentWhere,
  });
}

const INTERRUPTED = [130, 'interrupted'] as const;

interface Asked {
  readonly source: string;
  readonly kind: string;
  readonly sighting: Sighting;
}

/** The groups of one person, on one source or on all; a source that fails does not stop the others. */
export async function run(options: Options, deps: Deps): Promise<Done<WhereResult>> {
  const ref = personFrom(options);
  const asked: Asked[] = [];
  const missed: Unreached[] = [];
  for (const reach of await reaches(options, deps)) {
    assertNotInterrupted(deps);
    try {
      asked.push(await ask(reach, ref));
    } catch (error) {
      missed.push(unreached(error, reach));
    }
  }
  const result: WhereResult = {
    member: ref.name,
    sources: asked.map(({ source }) => source),
    several: options.allSources === true,
    rows: asked.flatMap(rowsOf),
  };
  const failure = unreachedFailure(missed, asked.length);
  const near = asked.flatMap(({ sighting }) => (sighting.kind === 'nobody' ? sighting.near : []));
  if (asked.every(({ sighting }) => sighting.kind === 'nobody')) {
    if (failure !== undefined) return { result, failure };
    throw nobodyNamed(ref, [...new Set(near)], result.sources.join(', '));
  }
  for (const { source, sighting } of asked) {
    if (sighting.kind === 'nobody') deps.warn(nobodyNamed(ref, [], source).message);
  }
  return { result, failure };
}

async function ask(reach: Reach, ref: MemberRef): Promise<Asked> {
  const connection = await reach.open();
  const { source, directory } = connection;
  try {
    if (reach.source === undefined) assertHasType(directory, ref);
    return {
      source: source.name,
      kind: directory.kind,
      sighting: await findPerson(connection, ref),
    };
  } catch (error) {
    const known = asGroupctlError(error);
    known.source ??= source.name;
    throw known;
  } finally {
    await connection.close();
  }
}

function rowsOf({ source, kind, sighting }: Asked): WhereRow[] {
  if (sighting.kind === 'nobody') return [];
  return sighting.memberships.map(({ group, member }) => ({ source, kind, group, member }));
}
