import { defined } from '../../../domain/defined.ts';
import { WITHOUT_GROUP } from '../../../domain/group.ts';
import type { CallRecorder, SecurityAdmin } from '../../../backends/security-port.ts';
import { rowErrorOf } from '../../../backends/shared/row-error.ts';
import type { Deps } from '../../../cli/deps.ts';
import type { PersonalKey, Known } from '../../../domain/account.ts';
import {
  failuresOf,
  type GroupRemoval,
  isLeft,
  isOut,
  type KeyOutcome,
} from '../../../domain/offboard.ts';
import type { OutcomeError } from '../../../domain/outcome.ts';
import { asGroupctlError, EXIT_CODES } from '../../../errors.ts';
import { recordLostError } from '../../membership/conclude.ts';
import type { Journal } from '../../../state/store.ts';
import type { RemoveOptions } from './remove-options.ts';
import type { FoundAccount } from './look-up.ts';

/** The personal API keys of somebody who leaves: what is deleted does not come back. */

interface KeyDeletions {
  readonly apiKeys: Known<KeyOutcome>;
  readonly error?: OutcomeError;
  /** A key is deleted, and the journal does not hold it. */
  readonly unrecorded?: OutcomeError | undefined;
}

/**
 * Deletes the keys where that was asked for, in a run of their own, and only after the person is
 * out of every group of that source.
 */
export async function deleteKeysIfAsked(
  found: FoundAccount,
  groups: readonly GroupRemoval[],
  options: RemoveOptions,
  deps: Deps,
): Promise<KeyDeletions> {
  const { connection, holdings, person } = found;
  const { security } = connection.directory;
  if ('unknown' in holdings.apiKeys) {
    const { unknown, hint } = holdings.apiKeys;
    // A kind of server that has no such keys was not asked for anything.
    if (options.keys !== true || security === undefined) return { apiKeys: holdings.apiKeys };
    const message = `The personal API keys could not be deleted. ${unknown}`;
    const error = { kind: 'refused', code: 'keys-not-known', message } as const;
    return { apiKeys: { unknown }, error: hint === undefined ? error : { ...error, hint } };
  }
  const { list } = holdings.apiKeys;
  const all = (step: Pick<KeyOutcome, 'outcome' | 'error'>): KeyDeletions => ({
    apiKeys: { list: list.map((key) => ({ ...key, ...step })) },
  });
  if (options.keys !== true || security === undefined) return all({ outcome: 'kept' });
  if (deps.signal.aborted) return all({ outcome: 'not-tried' });
  const left = groups.find(({ outcomes }) => !outcomes.every(isOut));
  if (left !== undefined) {
    const message = isLeft(left)
      ? `left alone as long as ${person.member} is in ${left.label}.`
      : `left alone as long as it is unknown whether ${person.member} is in ${left.label}.`;
    const kind = failuresOf(left)[0]?.error?.kind ?? 'safety';
    return all({ outcome: 'not-tried', error: { kind, code: 'group-not-left', message } });
  }
  if (options.dryRun === true) return all({ outcome: 'planned' });
  const run = new KeyRun(found, security, options, deps);
  const deleted = await run.delete(list);
  return { apiKeys: { list: deleted }, unrecorded: run.unrecorded };
}

class KeyRun {
  readonly #found: FoundAccount;
  readonly #security: SecurityAdmin;
  readonly #deps: Deps;
  readonly #isRecorded: boolean;
  #journal: Journal | undefined;

  constructor(found: FoundAccount, security: SecurityAdmin, options: RemoveOptions, deps: Deps) {
    this.#found = found;
    this.#security = security;
    this.#deps = deps;
    this.#isRecorded = options.journal !== false;
  }

  /** Why the record of what was deleted has a gap, if it has one. */
  get unrecorded(): OutcomeError | undefined {
    const lost = this.#journal?.failure;
    return lost === undefined ? undefined : rowErrorOf(recordLostError(lost));
  }

  async delete(keys: readonly PersonalKey[]): Promise<KeyOutcome[]> {
    const steps: KeyOutcome[] = [];
    for (const key of keys) steps.push(await this.#delete(key));
    const failed = steps.filter(({ outcome }) => outcome !== 'deleted');
    const [first] = failed;
    const kind =
      first === undefined || failed.length < steps.length ? 'partial' : first.error?.kind;
    const error = first?.error?.code;
    await this.#journal?.end(
      {
        exit: first === undefined ? 0 : EXIT_CODES[kind ?? 'interrupted'],
        ...defined({ error }),
      },
      this.#deps.clock.now(),
    );
    const run = this.#journal?.run;
    return run === undefined ? steps : steps.map((step) => ({ ...step, run }));
  }

  async #delete(key: PersonalKey): Promise<KeyOutcome> {
    if (this.#deps.signal.aborted) return { ...key, outcome: 'not-tried' };
    const step = await this.#step(key);
    if (step.outcome === 'deleted' || step.error !== undefined) this.#answered(step);
    return step;
  }

  async #step(key: PersonalKey): Promise<KeyOutcome> {
    try {
      await this.#record(key);
      // One that somebody else deleted first is gone as well.
      await this.#security.deleteApiKey(key, RECORDED);
      return { ...key, outcome: 'deleted' };
    } catch (thrown) {
      const error = asGroupctlError(thrown);
      if (error.kind === 'interrupted') return { ...key, outcome: 'not-tried' };
      const isRefused = ['refused', 'unauthorized', 'safety'].includes(error.kind);
      const outcome =
        error.code === 'outcome-unknown' ? 'unknown' : isRefused ? 'refused' : 'failed';
      return { ...key, outcome, error: rowErrorOf(error) };
    }
  }

  /** The record must say which key is gone. */
  #answered({ outcome, error }: KeyOutcome): void {
    const became = outcome === 'deleted' ? 'done' : outcome === 'unknown' ? outcome : 'failed';
    const why = error === undefined ? {} : { error: error.code };
    this.#journal?.answered({ outcome: became, ...why }, this.#deps.clock.now());
  }

  /** The id and the name that people know it by; nobody here has the key itself. */
  async #record({ id, displayName }: PersonalKey): Promise<void> {
    if (!this.#isRecorded) return;
    const { connection, person } = this.#found;
    const { source } = connection;
    // Keys are of no group.
    const plan = {
      group: WITHOUT_GROUP,
      command: 'security groups members offboard',
      about: `API keys of ${person.member}`,
      rows: [],
    };
    this.#journal ??= await this.#deps.openJournal(source, plan, true);
    const before = [displayName === undefined ? id : `${id} ${displayName}`];
    const intent = { call: 'POST api-keys/delete', subject: person.member, before };
    await this.#journal?.intent(intent, this.#deps.clock.now());
  }
}

/** The run has recorded the call already. */
const RECORDED: CallRecorder = { beforeSend: () => Promise.resolve() };
