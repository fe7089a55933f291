import type { ListChange } from '../../domain/merge.ts';
import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import { isErrorAnswer } from '../../http/failures.ts';
import type { SentWrite } from '../../state/lock/in-flight.ts';
import { fingerprint, mayHaveActed, noteFailure } from '../shared/in-flight.ts';
import type { ListRun } from './attempts.ts';
import { type Base, type Convergence, isBase, type Reason } from './list-port.ts';
import type { ListReads } from './list-reads.ts';

/** How often a write without an answer is sent, at most. */
const SENDS = 3;

/** One write of the whole list. */
interface ListWrite<T> {
  /** The changes that it carries. */
  readonly todo: readonly T[];
  readonly list: readonly string[];
  readonly mark: SentWrite;
}

/** What comes after a round: the end, or what has to be done before the next. */
export type Step<T> =
  /** The end. */
  | Convergence<T>
  /** A read shows every change: it has to stay. */
  | 'seen'
  /** It was overwritten, or never took effect: it is written again. */
  | 'lost'
  /** The server accepts it, and shows the same list each time: it is read for the last times. */
  | 'not-kept'
  /** A 429: it is waited out. */
  | 'throttled'
  /** Another run may have the lock: nothing was sent, and the base may be old. */
  | 'lock-lost';

/** The writes of a list, each with its read-back. */
export class ListWrites<T extends ListChange> {
  readonly #run: ListRun<T>;
  readonly #reads: ListReads<T>;

  constructor(run: ListRun<T>, reads: ListReads<T>) {
    this.#run = run;
    this.#reads = reads;
  }

  /** Sends it and reads it back. */
  async write(write: ListWrite<T>, { readAt }: Base): Promise<Step<T>> {
    const { changes, attempts } = this.#run;
    const failure = await this.#send(write);
    if (failure?.status === 429) return 'throttled';
    if (failure?.kind === 'internal') throw failure;
    if (failure === undefined || !isErrorAnswer(failure)) attempts.noteTime(readAt);
    const back = await this.#reads.read();
    if (isBase(back)) return this.#judge(write, back, failure);
    return attempts.end(changes, this.#unreadable(back, failure));
  }

  /** @returns why the server did not take it; undefined: it did */
  async #send({ todo, list, mark }: ListWrite<T>): Promise<GroupctlError | undefined> {
    const { port, options, attempts } = this.#run;
    let handedOver = false;
    attempts.begin(todo);
    try {
      await port.write(list, todo, () => (handedOver = true));
      mark.answered();
      options.onListAccepted?.();
      attempts.accepted();
      return undefined;
    } catch (thrown) {
      this.#reads.noAnswer();
      const error = asGroupctlError(thrown);
      return attempts.refused(error, noteFailure(mark, error, handedOver));
    }
  }

  /** What the read after a write shows. */
  #judge(
    { todo, list, mark }: ListWrite<T>,
    back: Base,
    failure: GroupctlError | undefined,
  ): Step<T> {
    const { attempts } = this.#run;
    if (failure !== undefined && fingerprint(back.members) === fingerprint(list)) {
      mark.landed();
      attempts.landed();
    }
    const missing = this.#reads.missing(back, list);
    if (failure !== undefined && isErrorAnswer(failure)) {
      return attempts.end(missing, { kind: 'answered', error: failure, carried: todo });
    }
    if (missing.length === 0) return 'seen';
    if (failure === undefined) return this.#reads.lostOrNotKept(back);
    if (attempts.countUnanswered() < SENDS) return 'lost';
    return attempts.end(missing, { kind: 'not-done', error: failure });
  }

  /** Why nothing is known of a write whose effect could not be read. */
  #unreadable(read: Reason, failure: GroupctlError | undefined): Reason {
    if (failure === undefined || read.kind !== 'unreadable') return read;
    if (isErrorAnswer(failure)) {
      // Nobody has seen what the server did before it failed.
      if (mayHaveActed(failure)) this.#run.attempts.leaveInDoubt();
      return { kind: 'answered', error: failure };
    }
    return { kind: this.#run.attempts.sent ? 'unreadable' : 'not-done', error: failure };
  }
}
