import { defined } from '../../../domain/defined.ts';
import { rowErrorOf } from '../../../backends/shared/row-error.ts';
import type { Deps } from '../../../cli/deps.ts';
import { asNotTried, type OffboardResult, type OffboardSource } from '../../../domain/offboard.ts';
import type { MemberRef } from '../../../domain/group.ts';
import type { GroupctlError } from '../../../errors.ts';
import type { VerbResult } from '../../../cli/verb.ts';
import { confirmOffboard, journalFailure, confirmIdentity, showAccounts } from './confirm.ts';
import { Connections } from './connections.ts';
import { removeFromSource } from './remove.ts';
import type { RemoveOptions } from './remove-options.ts';
import { offboardFailure } from './failure.ts';
import { guardAccounts, guardFailure } from './guards.ts';
import { isFound, lookUpEverywhere, NOT_ASKED, type SourceLookup } from './look-up.ts';
import { readPersonMap } from './person-map.ts';
import {
  nobodyOnAnyError,
  nobodyReachedError,
  personFrom,
  type PersonOptions,
  warnUnchecked,
} from '../person.ts';
import { type FailedServer, type ServersOptions, unreachedFailure } from '../servers.ts';

export interface OffboardOptions extends ServersOptions, PersonOptions, RemoveOptions {
  readonly map?: string;
}

/** Shows what the person has, asks, takes the person out of it, and says what was not touched. */
export async function offboard(
  options: OffboardOptions,
  given: Deps,
): Promise<VerbResult<OffboardResult>> {
  const deps = warningOnce(given);
  const ref = personFrom(options);
  const allSources = options.allSources === true;
  const connections = new Connections(options, deps);
  try {
    const map =
      options.map === undefined
        ? undefined
        : await readPersonMap(options.map, ref, allSources, deps, connections);
    const { lookups, missed } = await lookUpEverywhere(ref, map, options, deps, connections);
    const found = lookups.filter(isFound);
    if (found.length === 0) throw nobodyFoundError(ref, lookups, missed);
    const summary = { found, missed };
    warnUnchecked(found, given);
    // Equal lines about two sources are two facts.
    await showAccounts(summary, map !== undefined, options, given);
    const { meant, doubt } = await confirmIdentity(summary, map !== undefined, options, deps);
    const accounts = await guardAccounts(meant, options, deps);
    const stop = await guardFailure(accounts, allSources, options, deps);
    // A dry run shows what it can, and ends as the real run would.
    if (stop !== undefined && options.dryRun !== true) throw stop;
    const unrecordable = await journalFailure(meant, options, deps);
    if (unrecordable !== undefined && options.dryRun !== true) throw unrecordable;
    await confirmOffboard(meant, missed, options, deps);
    const done = new Map<string, OffboardSource>();
    for (const each of accounts) {
      const removed = await removeFromSource(each, options, deps);
      done.set(each.source, stop === undefined ? removed : asNotTried(removed));
    }
    const sources = [
      ...lookups.map((lookup) => done.get(lookup.source) ?? sourceNotDone(lookup)),
      ...missed.map(notReached),
    ];
    return {
      result: {
        dryRun: options.dryRun === true,
        several: allSources,
        member: ref.name,
        sources,
      },
      failure: deps.signal.aborted
        ? offboardFailure(sources, true)
        : (doubt ?? stop ?? unrecordable ?? offboardFailure(sources, false)),
    };
  } finally {
    await connections.close();
  }
}

/**
 * Nobody has the name on the sources that answered; on one that could not be asked, somebody may.
 */
function nobodyFoundError(
  ref: MemberRef,
  lookups: readonly SourceLookup[],
  missed: readonly FailedServer[],
): GroupctlError {
  const asked = lookups.filter(({ connection }) => connection !== undefined);
  const nobody = nobodyOnAnyError(ref, asked);
  const failure = unreachedFailure(missed, asked.length);
  if (failure === undefined) return nobody;
  return asked.length === 0 ? failure : nobodyReachedError(nobody, failure);
}

function sourceNotDone(lookup: SourceLookup): OffboardSource {
  const { source, connection, person } = lookup;
  const kind = connection?.directory.kind;
  const member = person.kind === 'found' ? person.member : undefined;
  return {
    source,
    ...defined({ kind }),
    state: kind === undefined ? 'not-mapped' : member === undefined ? 'nobody' : 'declined',
    ...defined({ member }),
    groups: [],
    ...NOT_ASKED,
  };
}

function notReached({ source, error }: FailedServer): OffboardSource {
  return { source, state: 'not-reached', groups: [], ...NOT_ASKED, error: rowErrorOf(error) };
}

/** Shows each warning once: what is true of every group is not repeated for each. */
function warningOnce(deps: Deps): Deps {
  const shown = new Set<string>();
  return {
    ...deps,
    warn(message) {
      if (!shown.has(message)) deps.warn(message);
      shown.add(message);
    },
  };
}
