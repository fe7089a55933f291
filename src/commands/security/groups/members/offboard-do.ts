import { rowError } from '../../../../backends/row-error.ts';
import type { Deps, WriteOptions } from '../../../../deps.ts';
import type { Told } from '../../../../domain/account.ts';
import type { MemberChange } from '../../../../domain/change.ts';
import type { Group } from '../../../../domain/group.ts';
import type { GroupStep, KeyStep, OffboardSource } from '../../../../domain/offboard.ts';
import type { OutcomeError } from '../../../../domain/outcome.ts';
import { asGroupctlError, type GroupctlError } from '../../../../errors.ts';
import { runChanges } from '../../../../runs/change-run.ts';
import { guardFor, type GuardOptions } from '../../../../runs/guard.ts';
import { asMembers, type Found } from './offboard-look.ts';

/** The second half of offboarding: a journaled run for each group, and the keys. */

export interface DoOptions extends WriteOptions, GuardOptions {
  readonly keys?: boolean;
}

/** Goes on after what fails; after an interrupt nothing more is begun. */
export async function offboardOn(
  found: Found,
  options: DoOptions,
  deps: Deps,
): Promise<OffboardSource> {
  const { source, connection, sighting, holdings } = found;
  const groups: GroupStep[] = [];
  for (const held of heldGroups(found)) {
    groups.push(...(await leave(held, found, options, deps)));
  }
  const { apiKeys, error } = await settleKeys(found, options, deps);
  return {
    source,
    kind: connection.directory.kind,
    state: 'found',
    member: sighting.member,
    groups,
    permissions: holdings.permissions,
    apiKeys,
    ...(error === undefined ? {} : { error }),
  };
}

interface Held {
  readonly group: Group;
  /** The spellings that the group holds: mostly one. */
  readonly members: readonly string[];
}

function heldGroups({ sighting }: Found): Held[] {
  const held = new Map<string, { group: Group; members: string[] }>();
  for (const { group, member } of sighting.memberships) {
    const key = group.id ?? group.name;
    const known = held.get(key);
    if (known === undefined) held.set(key, { group, members: [member] });
    else known.members.push(member);
  }
  return [...held.values()];
}

async function leave(
  { group, members }: Held,
  found: Found,
  options: DoOptions,
  deps: Deps,
): Promise<GroupStep[]> {
  const { connection, ref } = found;
  const untried = (): GroupStep[] =>
    members.map((member) => ({ group, member, outcome: 'not-tried', verified: false }));
  if (deps.signal.aborted) return untried();
  const { type } = ref;
  const changes: MemberChange[] = members.map((member) => ({
    op: 'remove',
    type,
    member,
    requested: member,
  }));
  try {
    const context = { connection, options, deps };
    // One member may always go, so no share of the others has to be known for it.
    const limits = members.length === 1 ? { ...options, maxRemovalPercent: 100 } : options;
    // Before the group is found, as that may take its lock.
    const guard = await guardFor(group, changes, limits, context, asMembers(found));
    const forUpdate = options.dryRun !== true;
    const now = await connection.directory.findGroup(group.id ?? group.name, {
      forUpdate,
      changes: changes.length,
    });
    const command = 'security groups members offboard';
    const plan = { command, group: now, changes, ...(guard === undefined ? {} : { guard }) };
    const { result } = await runChanges(plan, context);
    const { run } = result;
    return result.outcomes.map(({ member, outcome, verified, error }) => ({
      group,
      member,
      outcome,
      verified,
      ...(run === undefined ? {} : { run }),
      ...(error === undefined ? {} : { error }),
    }));
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    if (error.kind === 'interrupted') return untried();
    const outcome = wordFor(error);
    return members.map((member) => ({
      group,
      member,
      outcome,
      verified: false,
      error: rowError(error),
    }));
  }
}

interface Keys {
  readonly apiKeys: Told<KeyStep>;
  readonly error?: OutcomeError;
}

async function settleKeys(found: Found, options: DoOptions, deps: Deps): Promise<Keys> {
  const { connection, holdings } = found;
  const { accounts } = connection.directory;
  if ('unknown' in holdings.apiKeys) {
    const { unknown } = holdings.apiKeys;
    // A kind of server that has no such keys was not asked for anything.
    if (options.keys !== true || accounts === undefined) return { apiKeys: holdings.apiKeys };
    const message = `The personal API keys could not be deleted. ${unknown}`;
    return { apiKeys: { unknown }, error: { kind: 'refused', code: 'keys-not-known', message } };
  }
  const list: KeyStep[] = [];
  for (const key of holdings.apiKeys.list) {
    if (options.keys !== true || accounts === undefined) list.push({ ...key, outcome: 'kept' });
    else if (deps.signal.aborted) list.push({ ...key, outcome: 'not-tried' });
    else if (options.dryRun === true) list.push({ ...key, outcome: 'planned' });
    else {
      const failure = await deleted(() => accounts.deleteApiKey(key.id));
      list.push({ ...key, ...failure });
    }
  }
  return { apiKeys: { list } };
}

async function deleted(call: () => Promise<void>): Promise<Pick<KeyStep, 'outcome' | 'error'>> {
  try {
    await call();
    return { outcome: 'deleted' };
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    if (error.kind === 'interrupted') return { outcome: 'not-tried' };
    const doubtful = error.code === 'outcome-unknown';
    return { outcome: doubtful ? 'unknown' : wordFor(error), error: rowError(error) };
  }
}

function wordFor({ kind }: GroupctlError): 'refused' | 'failed' {
  return kind === 'refused' || kind === 'unauthorized' || kind === 'safety' ? 'refused' : 'failed';
}
