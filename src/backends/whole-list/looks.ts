import { type ListChange, missingFrom } from '../../domain/merge.ts';
import { isGroupctlError } from '../../errors.ts';
import type { Attempts } from './attempts.ts';
import { Answers } from './kept.ts';
import type { Base, Convergence, ConvergeOptions, ListPort, Look } from './list-port.ts';

/** How long a server that seems to drop a change has to show it, at least; milliseconds. */
const LAST_LOOKS_MS = 2000;
/** How often it is read meanwhile. */
const LAST_LOOKS = 10;

/** Looks at the list of a run that writes to it, and what they tell. */
export class Looks<T extends ListChange> {
  readonly #port: ListPort;
  readonly #changes: readonly T[];
  readonly #o: ConvergeOptions<T>;
  readonly #tries: Attempts<T>;
  readonly #answers = new Answers();
  /** The members before the first write. */
  #before: readonly string[] = [];

  constructor(
    port: ListPort,
    changes: readonly T[],
    options: ConvergeOptions<T>,
    tries: Attempts<T>,
  ) {
    this.#port = port;
    this.#changes = changes;
    this.#o = options;
    this.#tries = tries;
  }

  async look(): Promise<Look> {
    const readAt = this.#o.clock.now();
    try {
      return { members: await this.#port.read(), readAt };
    } catch (error) {
      // Before any write there is nothing in doubt: the run fails with what the read threw.
      if (!isGroupctlError(error) || this.#tries.writes === 0) throw error;
      if (error.kind === 'not-found') return { kind: 'group-gone', error };
      return { kind: error.kind === 'safety' ? 'stopped' : 'unreadable', error };
    }
  }

  /** The changes that a list does not show. */
  missing({ members }: Base): T[] {
    const missing = missingFrom(members, this.#changes);
    this.#tries.look(missing);
    return missing;
  }

  /** The changes that the list of the next write does not show. */
  base(base: Base): T[] {
    if (!this.#tries.sent) this.#before = base.members;
    if (!this.#answers.isStill(base.members)) this.#answers.forget();
    return this.missing(base);
  }

  /** The last write got no good answer, so nothing can be said about what the server keeps. */
  noAnswer(): void {
    this.#answers.forget();
  }

  /** An accepted write does not show: it was overwritten, or the server does not keep it. */
  lost({ members }: Base): 'lost' | 'not-kept' {
    return this.#answers.note(members) ? 'not-kept' : 'lost';
  }

  /** Looks until `settleMs` have passed without a look that misses a change. */
  async settle(): Promise<Convergence<T> | 'lost'> {
    const { clock, settleMs, signal } = this.#o;
    if (settleMs === 0 || !this.#tries.sent) return this.#tries.end([]);
    const every = Math.max(20, settleMs / 15);
    let lookedAt = clock.now();
    const until = lookedAt + settleMs;
    while (lookedAt < until) {
      // Counted from the beginning of the last look: a slow answer must not hide a short loss.
      const next = Math.min(lookedAt + every, until);
      try {
        await clock.sleep(Math.max(0, next - clock.now()), signal);
      } catch {
        return this.#tries.interrupted();
      }
      const look = await this.look();
      if (!('members' in look)) return this.#tries.end(this.#changes, look);
      if (this.missing(look).length > 0) {
        // It was there: the server does keep it.
        this.#answers.forget();
        return 'lost';
      }
      lookedAt = look.readAt;
      if (lookedAt < until && this.#tries.timeIsUp())
        return this.#tries.givenUp({ kind: 'not-settled' });
    }
    return this.#tries.end([]);
  }

  /**
   * A write may take effect after its answer, and another one may overwrite it then: the list has to
   * stay as it is for some time before it is certain that the server does not keep the change.
   */
  async lastLooks(): Promise<Convergence<T> | 'lost'> {
    const { clock, settleMs, signal } = this.#o;
    const every = Math.max(LAST_LOOKS_MS, settleMs) / LAST_LOOKS;
    for (let looks = 1; ; looks++) {
      try {
        await clock.sleep(every, signal);
      } catch {
        return this.#tries.interrupted();
      }
      const look = await this.look();
      if (!('members' in look)) return this.#tries.end(this.#changes, look);
      const { members } = look;
      const missing = this.missing(look);
      if (missing.length === 0) return await this.settle();
      if (!this.#answers.isStill(members)) return 'lost';
      if (looks < LAST_LOOKS) continue;
      return this.#tries.end(missing, { kind: 'not-kept', before: this.#before, members });
    }
  }
}
