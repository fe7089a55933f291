import { counted } from '../../domain/counted.ts';
import { gravest } from '../../domain/outcome.ts';
import type { UserRowResult } from '../../domain/user-rows.ts';
import { GroupctlError } from '../../errors.ts';

const DONE = new Set<UserRowResult['outcome']>(['created', 'already-there', 'planned']);

/** True for a row that is as it was asked for. */
export function isCreated(outcome: UserRowResult['outcome']): boolean {
  return DONE.has(outcome);
}

/** What a file of new users failed with as a whole; undefined: all of them are there. */
export function usersFailure(
  results: readonly UserRowResult[],
  stopped: GroupctlError | undefined,
): GroupctlError | undefined {
  const failed = results.filter(({ outcome }) => !isCreated(outcome));
  const [first] = failed;
  if (first === undefined) return undefined;
  if (stopped?.kind === 'interrupted') return stopped;
  if (failed.length === results.length && stopped !== undefined) return stopped;
  const doubtful = failed.filter(({ outcome }) => outcome === 'unknown').length;
  const kinds = new Set(failed.map(({ outcome, error }) => kindOf(outcome, error?.kind)));
  const kind = failed.length < results.length ? 'partial' : (gravest(kinds) ?? 'refused');
  return new GroupctlError(kind, howMany(failed.length - doubtful, doubtful, results.length), {
    code: kind === 'partial' ? 'partial' : 'none-created',
  });
}

function howMany(failed: number, doubtful: number, all: number): string {
  const users = `of ${counted(all, 'user')}`;
  const were = (count: number): string => (count === 1 ? 'was' : 'were');
  if (failed === 0) {
    return `It is not known whether ${doubtful} ${users} ${were(doubtful)} created.`;
  }
  const others =
    doubtful === 0 ? '' : `; it is not known whether ${doubtful} more ${were(doubtful)} created`;
  return `${failed} ${users} ${were(failed)} not created${others}.`;
}

/** A row that nobody could create has the kind of a refusal: it is its own fault. */
function kindOf(outcome: UserRowResult['outcome'], kind: string | undefined): string {
  if (outcome === 'unknown') return 'safety';
  return kind === undefined || kind === 'usage' ? 'refused' : kind;
}
