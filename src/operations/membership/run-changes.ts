import type { ChangeOptions } from '../../backends/change-port.ts';
import { defined } from '../../domain/defined.ts';
import { rowErrorOf } from '../../backends/shared/row-error.ts';
import { plannedRow } from '../../backends/shared/rows.ts';
import type { Group } from '../../domain/group.ts';
import { indexOf, type MemberChange } from '../../domain/change.ts';
import { STOPS } from '../../domain/guards.ts';
import { type ChangeResult, type MemberOutcome, type OutcomeWord } from '../../domain/outcome.ts';
import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { Progress } from '../../output/progress/meter.ts';
import type { Journal } from '../../state/store.ts';
import { bothFailures, callAfterwards } from './afterwards.ts';
import { conclude, recordLostError, stoppedRun } from './conclude.ts';
import { warnIgnored } from './ignored-options.ts';
import { createGroupFirst } from './create-first.ts';
import { headerOf, inPlanOrder, numberRows, type RunContext, type RunPlan } from './plan.ts';

/**
 * Makes the changes of a plan in its group, with a journal of what is written: the only way in which
 * commands write membership.
 *
 * @throws what keeps the run from its first write; after that, what became of each row is a result
 */
export async function runChanges(
  plan: RunPlan,
  context: RunContext,
): Promise<VerbResult<ChangeResult>> {
  return await new ChangeRun(plan, context).go();
}

class ChangeRun {
  readonly #plan: RunPlan;
  /** All rows of the plan, by their number. */
  readonly #rows: readonly MemberChange[];
  readonly #decided: readonly MemberOutcome[];
  readonly #context: RunContext;
  #journal: Journal | undefined;
  #group: Group;
  /** A call was about to be made. */
  #sent = false;
  /** A bug in groupctl that came after a write, or why a call behind the changes failed. */
  #fault: GroupctlError | undefined;
  /** By how much the group has grown since it was read. */
  #growth = 0;
  /** Calls are made side by side, and the first ones all find no journal. */
  #opening: Promise<Journal | undefined> | undefined;

  constructor(plan: RunPlan, context: RunContext) {
    this.#plan = plan;
    this.#group = plan.group;
    this.#rows = numberRows(plan);
    this.#decided = plan.decided ?? [];
    this.#context = context;
  }

  async go(): Promise<VerbResult<ChangeResult>> {
    const { connection, options, deps } = this.#context;
    warnIgnored(connection.source, options, (message) => deps.warn(message));
    const written: MemberOutcome[] = [];
    try {
      await this.#write(written);
      this.#fault = await callAfterwards(this.#plan, this.#context, () => this.#opened([]));
    } catch (error) {
      const failure = asGroupctlError(error);
      // A bug in groupctl may not lose anything of what was written.
      if (!this.#sent || failure.kind !== 'internal') return await this.#stopped(written, error);
      this.#fault = failure;
      for (const row of this.#inDoubt(written, failure)) written.push(row);
    }
    // What was only read is on record as well.
    if (this.#plan.keepsRecord === true && options.dryRun !== true) await this.#opened(written);
    return await this.#ended(written);
  }

  /** The result of a run that came to its end, which goes to the journal. */
  async #ended(written: readonly MemberOutcome[]): Promise<VerbResult<ChangeResult>> {
    const { connection, options, deps } = this.#context;
    const outcomes = inPlanOrder([...this.#decided, ...written]);
    const ended = { group: this.#group, outcomes, run: this.#journal?.run, growth: this.#growth };
    const done = conclude(ended, this.#context);
    const failure = bothFailures(done.failure, this.#fault);
    // A group that was created without a member is more than nothing to do.
    const summary = outcomes.length > 0 ? done.result.summary : undefined;
    const end = { exit: failure?.exitCode ?? 0, ...defined({ summary }) };
    await this.#journal?.end(end, this.#now());
    const lost = this.#journal?.failure;
    if (lost !== undefined) return { ...done, failure: recordLostError(lost, failure) };
    if (failure !== undefined) return { ...done, failure };
    if (options.dryRun !== true) return done;
    return { ...done, failure: await deps.journalProblem(connection.source, options) };
  }

  /**
   * The result of a run that a guard stopped before its first write.
   *
   * @throws the error, where it was something else
   */
  async #stopped(
    written: readonly MemberOutcome[],
    error: unknown,
  ): Promise<VerbResult<ChangeResult>> {
    const failure = asGroupctlError(error);
    await this.#journal?.end({ exit: failure.exitCode, error: failure.code }, this.#now());
    if (this.#sent || !STOPS.has(failure.code)) throw error;
    const decided = [...this.#decided, ...written];
    const rows = { decided, notTried: this.#withoutOutcome(written) };
    const done = stoppedRun(this.#plan.group, rows, failure, this.#context);
    return { ...done, result: { ...done.result, outcomes: inPlanOrder(done.result.outcomes) } };
  }

  /** @param rows gets what became of each change, as it becomes known */
  async #write(rows: MemberOutcome[]): Promise<void> {
    const { changes, creates, presumedOwn } = this.#plan;
    const { connection, options, deps } = this.#context;
    if (creates !== undefined && options.dryRun === true) {
      for (const change of changes) rows.push(plannedRow(change));
      return;
    }
    const progress = deps.progress(changes.length, 'members');
    try {
      if (creates !== undefined) {
        const onSend = (): boolean => (this.#sent = true);
        this.#group = await createGroupFirst(
          creates,
          this.#context,
          () => this.#opened([]),
          onSend,
        );
      }
      // An older server would take an empty list of additions for a new group.
      if (changes.length === 0) return;
      const how = this.#changeOptions(rows, progress);
      for await (const batch of connection.directory.changeMembers(this.#group, changes, how)) {
        for (const { outcome } of batch) this.#growth += GROWTH[outcome] ?? 0;
        const outcomes = presumedOwn === undefined ? batch : batch.map((row) => this.#asOwn(row));
        for (const row of outcomes) rows.push(row);
        this.#journal?.outcomes(outcomes, this.#now());
      }
    } finally {
      progress.stop();
    }
  }

  #changeOptions(rows: readonly MemberOutcome[], progress: Progress): ChangeOptions {
    const { guard, creates, undoes, resumes } = this.#plan;
    const { options, deps } = this.#context;
    return {
      dryRun: options.dryRun === true,
      signal: deps.signal,
      beforeSend: async (intent) => {
        const journal = this.#journal ?? (await this.#opened(rows));
        await journal?.intent(intent, this.#now(), true);
        this.#sent = true;
      },
      // Only a group that was deleted is created here, with the members on record.
      exactNames: creates !== undefined,
      namesOnRecord: (undoes ?? resumes) !== undefined,
      verify: options.verify !== false,
      verifyBase: (members, before) => guard?.check(members, before),
      needsAllMembers: guard?.needsAllMembers === true,
      onStep: (sent) => progress.step(1, sent),
      onRowAccepted: (row) => this.#journal?.outcomes([row], this.#now()),
      onListAccepted: () => this.#journal?.answered({ outcome: 'done' }, this.#now()),
      warn: (message) => deps.warn(message),
    };
  }

  /** The rows that nothing is known of. */
  #inDoubt(decided: readonly MemberOutcome[], failure: GroupctlError): MemberOutcome[] {
    const error = rowErrorOf(failure);
    const row = { outcome: 'unknown', verified: false, error } as const;
    return this.#withoutOutcome(decided).map((change) => ({ ...change, ...row }));
  }

  #withoutOutcome(decided: readonly MemberOutcome[]): readonly MemberChange[] {
    const numbers = new Set(decided.map(indexOf));
    return this.#plan.changes.filter((change) => !numbers.has(indexOf(change)));
  }

  /** What is in effect already counts as this run's if the run that it resumes had sent it. */
  #asOwn(row: MemberOutcome): MemberOutcome {
    const isInEffect = row.outcome === 'already-member' || row.outcome === 'already-absent';
    const mayClaim = row.verified && this.#context.options.dryRun !== true;
    const earlier = this.#rows[indexOf(row)]?.earlier;
    const isPresumed = earlier !== undefined && this.#plan.presumedOwn?.has(earlier) === true;
    return isInEffect && mayClaim && isPresumed
      ? { ...row, outcome: row.op === 'add' ? 'added' : 'removed' }
      : row;
  }

  /**
   * The journal; undefined: there is none.
   *
   * @param already the rows that needed no write, for a journal that is opened now
   */
  #opened(already: readonly MemberOutcome[]): Promise<Journal | undefined> {
    return (this.#opening ??= this.#openJournal(already));
  }

  async #openJournal(already: readonly MemberOutcome[]): Promise<Journal | undefined> {
    const { connection, deps, options } = this.#context;
    const header = { ...headerOf(this.#plan), rows: this.#rows };
    const keep = options.journal !== false;
    const journal = await deps.openJournal(connection.source, header, keep);
    this.#journal = journal;
    journal?.outcomes([...this.#decided, ...already], this.#now());
    return journal;
  }

  #now(): number {
    return this.#context.deps.clock.now();
  }
}

const GROWTH: Readonly<Partial<Record<OutcomeWord, number>>> = { added: 1, removed: -1 };
