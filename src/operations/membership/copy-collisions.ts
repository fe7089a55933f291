import type { MemberChange } from '../../domain/change.ts';
import type { Accounts } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { RunContext } from './plan.ts';
import { accountsOf, type Resolved } from './resolve-names.ts';
import { noCounterpartRow } from './member-names.ts';

/** Copying by name alone: what it must not take for the same. */

export const MAP_ADVICE = 'To match accounts of other names, use --map.';

/**
 * Two people of the one server who would be one on the other: who is who is not guessed.
 *
 * @param origin which names are one account's on the server that is copied from
 */
export async function splitCollisions(
  changes: readonly MemberChange[],
  origin: Accounts,
  context: RunContext,
): Promise<Resolved> {
  const { connection, options } = context;
  const accounts = await accountsOf(context, changes);
  const first = new Map<string, MemberChange>();
  const resolved: MemberChange[] = [];
  const collisions: MemberOutcome[] = [];
  for (const change of changes) {
    const { type, member, requested } = change;
    const key = `${type} ${accounts.keyOf(member)}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, change);
    if (other === undefined || origin.isSame(other.requested, requested)) {
      resolved.push(change);
      continue;
    }
    const why = `would be ${member} on ${connection.source.name}, as ${other.requested} is`;
    const skipping = options.skipUnknown === true;
    const row = { ...change, member: requested };
    collisions.push(noCounterpartRow(row, why, { skipping, advice: MAP_ADVICE }));
  }
  return { changes: resolved, unknown: collisions };
}

/** A member with another name there is found with a map. */
export function withMapAdvice(row: MemberOutcome): MemberOutcome {
  if (row.error === undefined) return row;
  const hint = [row.error.hint, MAP_ADVICE].filter((each) => each !== undefined).join(' ');
  return { ...row, error: { ...row.error, hint } };
}
