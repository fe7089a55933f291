import { defined } from '../domain/defined.ts';
import type { GroupWrite } from '../backends/port.ts';
import type { CallRecorder } from '../backends/security-port.ts';
import type { Deps, WriteOptions } from '../cli/deps.ts';
import type { Group } from '../domain/group.ts';
import type { Source } from '../domain/source.ts';
import {
  asGroupctlError,
  type GroupctlError,
  interruptedError,
  isGroupctlError,
} from '../errors.ts';
import type { MarkedWrite } from '../state/lock/in-flight.ts';
import { neverReached } from '../http/failures.ts';
import { recordLostError } from './membership/conclude.ts';
import type { Journal } from '../state/store.ts';

/** The journal of a command that makes one call, or a few, and changes no member of a group. */
export class CallJournal implements GroupWrite, CallRecorder {
  readonly #open: () => Promise<Journal | undefined>;
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  #journal: Journal | undefined;
  #sent = false;
  /** The last call has no answer on record yet. */
  #isOpen = false;

  constructor(
    command: string,
    source: Source,
    group: Group,
    options: Pick<WriteOptions, 'journal'> & { readonly undoes?: string; readonly about?: string },
    deps: Deps,
  ) {
    this.#now = () => deps.clock.now();
    this.#signal = deps.signal;
    this.#open = async () =>
      await deps.openJournal(
        source,
        {
          group,
          command,
          ...defined({ undoes: options.undoes, about: options.about }),
          rows: [],
        },
        options.journal !== false,
      );
  }

  async beforeSend(intent: {
    call: string;
    members?: readonly string[];
    subject?: string;
    before?: object;
    made?: object;
    role?: string;
    write?: MarkedWrite;
  }): Promise<void> {
    // An interrupt waits for a call under way, and lets no other begin.
    if (this.#signal.aborted) throw interruptedError();
    this.#journal ??= await this.#open();
    this.#sent = true;
    const { call, members, subject, before, made, role, write } = intent;
    const lost = before === undefined ? members : [JSON.stringify(before)];
    await this.#journal?.intent(
      {
        call,
        ...(subject === undefined ? {} : { members: [subject] }),
        ...(lost === undefined ? {} : { before: lost }),
        ...(made === undefined ? {} : { made: JSON.stringify(made) }),
        ...defined({ role, write }),
      },
      this.#now(),
    );
    this.#isOpen = true;
  }

  /**
   * Records, once, that the server did what was asked last.
   *
   * @param made what it created, where only its answer says so
   */
  done(made?: object): void {
    if (!this.#isOpen) return;
    const facts = made === undefined ? {} : { made: JSON.stringify(made) };
    this.#isOpen = false;
    this.#journal?.answered({ outcome: 'done', ...facts }, this.#now());
  }

  /** Records why the last call failed, or that it is not known what became of it. */
  noteFailure(thrown: unknown): void {
    const whole = asGroupctlError(thrown);
    // Of what is done in part, the step that failed.
    const error = isGroupctlError(whole.cause) ? whole.cause : whole;
    const { kind, code } = error;
    if (!this.#isOpen || kind === 'interrupted') return;
    this.#isOpen = false;
    const outcome = isInDoubt(error) ? 'unknown' : 'failed';
    this.#journal?.answered({ outcome, error: code }, this.#now());
  }

  /**
   * Runs the write and closes the journal with how it ended.
   *
   * @param otherwise what the record says of a result that is not what the command is named after
   * @param exitOf the exit code of a result that is not all that was asked for
   */
  async around<T>(
    work: () => Promise<T>,
    otherwise?: (result: T) => string | undefined,
    exitOf?: (result: T) => number,
  ): Promise<T> {
    try {
      const result = await work();
      const exit = this.#interruption?.exitCode ?? exitOf?.(result) ?? 0;
      const outcome = otherwise?.(result);
      await this.#journal?.end({ exit, ...defined({ outcome }) }, this.#now());
      return result;
    } catch (error) {
      this.noteFailure(error);
      const { exitCode, code } = asGroupctlError(error);
      await this.#journal?.end({ exit: exitCode, error: code }, this.#now());
      throw error;
    }
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

/** True if the server may have done what it was asked. */
export function isInDoubt(error: GroupctlError): boolean {
  const { kind, code, status = 0 } = error;
  if (neverReached(error) || UNSENT_CODES.has(code) || error.nothingWritten === true) return false;
  if (code === 'outcome-unknown' || code === 'not-applied' || status >= 500) return true;
  return (kind === 'network' || kind === 'protocol') && status < 300;
}

/** Failures of calls that were not made. */
export const UNSENT_CODES: ReadonlySet<string> = new Set(['wait-too-long', 'deadline']);
