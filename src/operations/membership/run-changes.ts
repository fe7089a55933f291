import { defined } from '../../domain/defined.ts';
import { rowErrorOf } from '../../backends/shared/row-error.ts';
import { plannedRow } from '../../backends/shared/rows.ts';
import type { Group } from '../../domain/group.ts';
import { indexOf, type MemberChange } from '../../domain/change.ts';
import { STOPS } from '../../domain/guards.ts';
import { type ChangeResult, type MemberOutcome, type OutcomeWord } from '../../domain/outcome.ts';
import { asGroupctlError, type GroupctlError, interruptedError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { Journal } from '../../state/store.ts';
import { conclude, recordLostError, stoppedRun } from './conclude.ts';
import { warnIgnored } from './ignored-options.ts';
import { numberRows, type RunContext, type RunPlan } from './plan.ts';

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
  readonly #c: RunContext;
  #journal: Journal | undefined;
  #group: Group;
  /** A call was about to be made. */
  #sent = false;
  /** A bug in groupctl that came after a write. */
  #fault: GroupctlError | undefined;
  /** By how much the group has grown since it was read. */
  #change = 0;
  /** Calls are made side by side, and the first ones all find no journal. */
  #opening: Promise<Journal | undefined> | undefined;

  constructor(plan: RunPlan, context: RunContext) {
    this.#plan = plan;
    this.#group = plan.group;
    this.#rows = numberRows(plan);
    this.#decided = plan.decided ?? [];
    this.#c = context;
  }

  async go(): Promise<VerbResult<ChangeResult>> {
    const { recorded } = this.#plan;
    const { connection, options, deps } = this.#c;
    warnIgnored(connection.source, options, (message) => deps.warn(message));
    const written = await this.#write();
    if (!Array.isArray(written)) return written;
    // What was only read is on record as well.
    if (recorded === true && this.#c.options.dryRun !== true) {
      await (this.#opening ??= this.#openJournal(written));
    }
    const outcomes = inOrder([...this.#decided, ...written]);
    const run = this.#journal?.run;
    const group = this.#group;
    const done = conclude({ group, outcomes, untouched: 0, run, change: this.#change }, this.#c);
    const { summary } = done.result;
    await this.#journal?.end({ exit: done.failure?.exitCode ?? 0, summary }, this.#now());
    const lost = this.#journal?.failure;
    if (lost !== undefined) return { ...done, failure: recordLostError(lost, done.failure) };
    if (done.failure !== undefined) return done;
    if (this.#fault !== undefined) return { ...done, failure: this.#fault };
    const { dryRun, journal } = this.#c.options;
    if (dryRun !== true || journal === false) return done;
    return { ...done, failure: await this.#c.deps.journalProblem(this.#c.connection.source) };
  }

  async #write(): Promise<MemberOutcome[] | VerbResult<ChangeResult>> {
    const { group, changes, guard, creates } = this.#plan;
    const { connection, options, deps } = this.#c;
    const rows: MemberOutcome[] = [];
    if (creates !== undefined && options.dryRun === true)
      return changes.map((change) => plannedRow(change));
    const progress = deps.progress(changes.length, 'members');
    try {
      if (creates !== undefined) await this.#create(creates);
      // An older server would take an empty list of additions for a new group.
      if (changes.length === 0) return rows;
      const outcomes = connection.directory.changeMembers(this.#group, changes, {
        dryRun: options.dryRun === true,
        signal: deps.signal,
        beforeSend: async (intent) => {
          const journal = this.#journal ?? (await (this.#opening ??= this.#openJournal(rows)));
          await journal?.intent(intent, this.#now(), true);
          this.#sent = true;
        },
        // Only a group that was deleted is created here, with the members on record.
        exactNames: creates !== undefined,
        verify: options.verify !== false,
        verifyBase: (members, before) => guard?.check(members, before),
        needsAllMembers: guard?.needsAllMembers === true,
        onStep: (sent) => progress.step(1, sent),
        onRowAccepted: (row) => this.#journal?.outcomes([row], this.#now()),
        onListAccepted: () => this.#journal?.answered({ outcome: 'done' }, this.#now()),
        warn: (message) => deps.warn(message),
      });
      for await (const known of outcomes) {
        for (const { outcome } of known) this.#change += GROWTH[outcome] ?? 0;
        const claimed =
          this.#plan.presumedOwn === undefined ? known : known.map((row) => this.#countAsOurs(row));
        for (const row of claimed) rows.push(row);
        this.#journal?.outcomes(claimed, this.#now());
      }
    } catch (error) {
      const failure = asGroupctlError(error);
      // A bug in groupctl may not lose anything of what was written.
      if (this.#sent && failure.kind === 'internal') {
        this.#fault = failure;
        return [...rows, ...this.#inDoubt(rows, failure)];
      }
      const isStop = !this.#sent && STOPS.has(failure.code);
      await this.#journal?.end({ exit: failure.exitCode, error: failure.code }, this.#now());
      if (!isStop) throw error;
      const known = [...this.#decided, ...rows];
      const done = stoppedRun({ group, known, left: this.#left(rows) }, failure, this.#c);
      const outcomes = inOrder(done.result.outcomes);
      return { ...done, result: { ...done.result, outcomes } };
    } finally {
      progress.stop();
    }
    return rows;
  }

  async #create(group: NonNullable<RunPlan['creates']>): Promise<void> {
    const wanted = { ...group, dryRun: false };
    this.#group = await this.#c.connection.directory.createGroup(wanted, {
      beforeSend: async (intent) => {
        if (this.#c.deps.signal.aborted) throw interruptedError();
        const journal = this.#journal ?? (await (this.#opening ??= this.#openJournal([])));
        await journal?.intent(intent, this.#now());
        this.#sent = true;
      },
    });
  }

  /** The rows that nothing is known of. */
  #inDoubt(known: readonly MemberOutcome[], failure: GroupctlError): MemberOutcome[] {
    const error = rowErrorOf(failure);
    return this.#left(known).map((change) => {
      return { ...change, outcome: 'unknown', verified: false, error };
    });
  }

  #left(known: readonly MemberOutcome[]): readonly MemberChange[] {
    const numbers = new Set(known.map(indexOf));
    return this.#plan.changes.filter((change) => !numbers.has(indexOf(change)));
  }

  /** What is in effect already counts as this run's if the run that it resumes had sent it. */
  #countAsOurs(row: MemberOutcome): MemberOutcome {
    const isInEffect = row.outcome === 'already-member' || row.outcome === 'already-absent';
    const mayClaim = row.verified && this.#c.options.dryRun !== true;
    const earlier = this.#rows[indexOf(row)]?.earlier;
    const isPresumed = earlier !== undefined && this.#plan.presumedOwn?.has(earlier) === true;
    return isInEffect && mayClaim && isPresumed
      ? { ...row, outcome: row.op === 'add' ? 'added' : 'removed' }
      : row;
  }

  /** Opens the journal before the first write, with the rows that needed none. */
  async #openJournal(already: readonly MemberOutcome[]): Promise<Journal | undefined> {
    const { group, command, guard, undoes, resumes } = this.#plan;
    const { connection, deps, options } = this.#c;
    const header = {
      group: keyOf(group),
      command,
      ...defined({ undoes, resumes }),
      ...(guard?.limits === undefined ? {} : { guards: guard.limits }),
      rows: this.#rows,
    };
    const keep = options.journal !== false;
    const journal = await deps.openJournal(connection.source, header, keep);
    this.#journal = journal;
    journal?.outcomes([...this.#decided, ...already], this.#now());
    return journal;
  }

  #now(): number {
    return this.#c.deps.clock.now();
  }
}

const GROWTH: Readonly<Partial<Record<OutcomeWord, number>>> = { added: 1, removed: -1 };

/** As the plan has them: rows that are written side by side end in any order. */
function inOrder(outcomes: readonly MemberOutcome[]): readonly MemberOutcome[] {
  return outcomes.toSorted((one, other) => indexOf(one) - indexOf(other));
}

function keyOf({ name, id, slug }: Group): Pick<Group, 'name' | 'id' | 'slug'> {
  return { name, ...defined({ id, slug }) };
}
