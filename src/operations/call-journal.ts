import { defined } from '../domain/defined.ts';
import type { GroupWrite } from '../backends/port.ts';
import { mayHaveActed } from '../backends/shared/in-flight.ts';
import type { CallRecord, CallRecorder } from '../backends/security-port.ts';
import type { Deps, WriteOptions } from '../cli/deps.ts';
import type { Group } from '../domain/group.ts';
import type { Source } from '../domain/source.ts';
import {
  asGroupctlError,
  type GroupctlError,
  interruptedError,
  isGroupctlError,
} from '../errors.ts';
import type { JournalIntent } from '../state/journal/line-format.ts';
import { neverReached } from '../http/failures.ts';
import { recordLostError } from './membership/conclude.ts';
import type { Journal } from '../state/store.ts';

type JournalDeps = Pick<Deps, 'clock' | 'signal'>;

/** The journal of a command that makes one call, or a few, and changes no member of a group. */
export class CallJournal implements GroupWrite, CallRecorder {
  readonly #open: () => Promise<Journal | undefined>;
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  #journal: Journal | undefined;
  #sent = false;
  /** The last call has no answer on record yet. */
  #awaitsAnswer = false;
  /** What came instead of its answer, though it was done; undefined: its answer came. */
  lostAnswer: GroupctlError | undefined;

  /** @param open opens the journal before the first call */
  constructor(open: () => Promise<Journal | undefined>, { clock, signal }: JournalDeps) {
    this.#open = open;
    this.#now = () => clock.now();
    this.#signal = signal;
  }

  /** The journal of a command of its own. */
  static of(
    command: string,
    source: Source,
    group: Group,
    options: Pick<WriteOptions, 'journal'> & { readonly undoes?: string; readonly about?: string },
    deps: Deps,
  ): CallJournal {
    const { undoes, about } = options;
    const header = { group, command, ...defined({ undoes, about }), rows: [] };
    const keep = options.journal !== false;
    return new CallJournal(async () => await deps.openJournal(source, header, keep), deps);
  }

  async beforeSend(intent: JournalIntent | CallRecord): Promise<void> {
    // An interrupt waits for a call under way, and lets no other begin.
    if (this.#signal.aborted) throw interruptedError();
    this.#journal ??= await this.#open();
    this.#sent = true;
    await this.#journal?.intent(toJournal(intent), this.#now());
    this.#awaitsAnswer = true;
  }

  /**
   * Records, once, that the server did what was asked last.
   *
   * @param made what it created, where only its answer says so
   */
  done(made?: object): void {
    if (!this.#awaitsAnswer) return;
    const error = this.lostAnswer?.code;
    const facts = made === undefined || error !== undefined ? {} : { made: JSON.stringify(made) };
    this.#awaitsAnswer = false;
    this.lostAnswer = undefined;
    this.#journal?.answered({ outcome: 'done', ...defined({ error }), ...facts }, this.#now());
  }

  /** What was created then may be somebody else's, so its ID is not recorded. */
  answerLost(error: GroupctlError): void {
    this.lostAnswer = error;
  }

  /** Records why the last call failed, or that it is not known what became of it. */
  noteFailure(thrown: unknown): void {
    const whole = asGroupctlError(thrown);
    // Of what is done in part, the step that failed.
    const error = isGroupctlError(whole.cause) ? whole.cause : whole;
    const { kind, code } = error;
    if (!this.#awaitsAnswer || kind === 'interrupted') return;
    this.#awaitsAnswer = false;
    // The cause of a doubt may be a read that failed.
    const outcome = leavesInDoubt(whole) || leavesInDoubt(error) ? 'unknown' : 'failed';
    this.#journal?.answered({ outcome, error: code }, this.#now());
  }

  /**
   * Runs the write and closes the journal with how it ended.
   *
   * @param endOf what the record says of the result, where that is not all that was asked for: an exit code,
   *   or an outcome that is not what the command is named after
   */
  async around<T>(
    work: () => Promise<T>,
    endOf?: (result: T) => { exit?: number | undefined; outcome?: string; result?: string },
  ): Promise<T> {
    try {
      const result = await work();
      const { exit = 0, ...facts } = endOf?.(result) ?? {};
      const exitCode = this.#interruption?.exitCode ?? exit;
      await this.#journal?.end({ exit: exitCode, ...facts }, this.#now());
      return result;
    } catch (error) {
      this.noteFailure(error);
      const { exitCode, code } = asGroupctlError(error);
      await this.#journal?.end({ exit: exitCode, error: code }, this.#now());
      throw error;
    }
  }

  /** True if a call was about to be made: what failed before is about no call. */
  get hasSent(): boolean {
    return this.#sent;
  }

  /** Why a call that was made is not all of it: an interrupt (130), or a record that has a gap (7). */
  get failure(): GroupctlError | undefined {
    const lost = this.recordLost;
    return this.#interruption ?? (lost === undefined ? undefined : recordLostError(lost));
  }

  /** Why the record is not whole; undefined: it is. */
  get recordLost(): GroupctlError | undefined {
    return this.#journal?.failure;
  }

  /** It came while the call was under way, which was finished and recorded. */
  get #interruption(): GroupctlError | undefined {
    return this.#sent && this.#signal.aborted ? interruptedError() : undefined;
  }

  get run(): { run?: string } {
    return defined({ run: this.#journal?.run });
  }
}

/** The journal has a user, a permission and so on as JSON. */
function toJournal(intent: JournalIntent | CallRecord): JournalIntent {
  const { before, made, ...facts } = intent;
  return {
    ...facts,
    ...defined({
      before: before === undefined || isList(before) ? before : [JSON.stringify(before)],
      made: typeof made === 'object' ? JSON.stringify(made) : made,
    }),
  };
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

/** True if the server may have done what it was asked. */
export function leavesInDoubt(error: GroupctlError): boolean {
  const { kind, code, status = 0 } = error;
  if (neverReached(error)) return false;
  if (code === 'outcome-unknown' || code === 'not-applied' || mayHaveActed(error)) return true;
  return (kind === 'network' || kind === 'protocol') && status < 300;
}
