import type { FindOptions } from '../../backends/port.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { ChangeOp, MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import type { ChangeResult, MemberOutcome } from '../../domain/outcome.ts';
import { conclude } from './conclude.ts';
import { notTriedForUnknown } from './member-names.ts';
import { assertKnown } from './known-names.ts';
import type { RequestedMember, RunContext } from './plan.ts';
import {
  assertTypes,
  checksNames,
  onceEach,
  resolvedRows,
  type Resolved,
} from './resolve-names.ts';

/** From names to the changes of one group: what add, remove, sync, copy and undo have in common. */

interface ChangeRequest extends FindOptions {
  readonly op: ChangeOp;
  /** The group's name, slug or id. */
  readonly group: string;
  readonly members: readonly RequestedMember[];
  /** The group is read first, as a name that it holds needs no look-up. */
  readonly groupFirst?: boolean;
  /** Changes under the server's spelling already; they come first. */
  readonly resolvedChanges?: readonly MemberChange[];
  /** Rows that have their outcome already; they come first. */
  readonly decided?: readonly MemberOutcome[];
  /** Looks at what was resolved, before the group is found for a whole-list server. */
  readonly review?: (resolved: Resolved) => Resolved | Promise<Resolved>;
}

export interface PreparedChanges {
  readonly group: Group;
  /** One for each member. */
  readonly changes: readonly MemberChange[];
  /** Rows that have their outcome without a write, unknown names among them. */
  readonly decided: readonly MemberOutcome[];
  /** How it ends where unknown names stop it; undefined: the changes are to be made. */
  readonly stopped?: StoppedByUnknown;
}

interface StoppedByUnknown {
  readonly done: VerbResult<ChangeResult>;
  /** The changes, as rows that were not tried. */
  readonly notTried: readonly MemberOutcome[];
}

/**
 * Finds the group and resolves the names. A name that nobody has stops the run, unless unknown names
 * are to be left out (`--skip-unknown`) and others are left.
 *
 * @throws not-found (4) `no-such-group`; ambiguous (2); usage (2) `not-supported` for a kind of member
 *   that this server does not have; a name that is damaged; what `review`
 *   throws
 */
export async function prepareChanges(
  request: ChangeRequest,
  context: RunContext,
): Promise<PreparedChanges> {
  const { op, members, resolvedChanges = [], decided: before = [], review } = request;
  const { forUpdate = false } = request;
  const { directory } = context.connection;
  assertTypes(members, context);
  const names = await directory.resolveForGroup(request.group, members, {
    check: checksNames(context),
    groupFirst: request.groupFirst === true,
    forUpdate,
  });
  const found = await resolvedRows(op, members, names.resolutions, context);
  const { changes: resolved, unknown } = review === undefined ? found : await review(found);
  const isNobodyLeft = resolvedChanges.length + resolved.length === 0;
  const stops = unknown.length > 0 && (context.options.skipUnknown !== true || isNobodyLeft);
  const group = await names.findGroup({ forUpdate: forUpdate && !stops });
  await assertKnown(members, names.resolutions, group, directory);
  const once = await onceEach(resolved, group, context);
  const changes = resolvedChanges.length === 0 ? once : [...resolvedChanges, ...once];
  const decided = [...before, ...unknown];
  if (!stops) return { group, changes, decided };
  const done = conclude({ group, outcomes: decided, notTriedCount: changes.length }, context);
  return { group, changes, decided, stopped: { done, notTried: changes.map(notTriedForUnknown) } };
}
