import { alreadyRow } from '../../backends/shared/rows.ts';
import { defined } from '../../domain/defined.ts';
import type { Deps } from '../../cli/deps.ts';
import { assertOneReader } from '../../cli/secrets.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { ChangeResult, MemberOutcome } from '../../domain/outcome.ts';
import { diffMembers, type MemberDiff } from '../../domain/diff.ts';
import type { Group, GroupState, MemberType } from '../../domain/group.ts';
import type { Accounts } from '../../domain/names.ts';
import { bothGivenError, type GroupctlError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { diffLines, type SyncResult } from '../../output/results/sync.ts';
import { painted, PLAIN } from '../../output/style.ts';
import { showAndConfirm } from './show-and-confirm.ts';
import { runChanges } from './run-changes.ts';
import { stoppedRun } from './conclude.ts';
import { guardFor, objectionOf } from './guard.ts';
import type { MemberInput, RequestedMember, RunContext } from './plan.ts';
import { warnUnusedProtect } from './protect.ts';
import type { MembershipRequest } from './request.ts';
import { notTriedRows, savingFailures, savingNotTried } from './save-failures.ts';
import { type PreparedChanges, prepareChanges } from './prepare-changes.ts';
import { accountsOf } from './resolve-names.ts';
import { onlyOfGroup, readInput } from './member-input.ts';
import { distinct, isLikeAnId } from './member-names.ts';
import { withConnection } from '../with-connection.ts';
import { saveFailedAdditions } from './sync-failures.ts';
import { unchangedGuard } from './sync-guard.ts';
import { stateOf } from '../group-state.ts';

interface SyncRequest extends MembershipRequest {
  readonly addOnly: boolean | undefined;
  readonly removeOnly: boolean | undefined;
  readonly all: boolean | undefined;
}

/** Makes a group what a file says: first the difference, then the question, then the change. */
export async function syncMembers(
  request: SyncRequest,
  deps: Deps,
): Promise<VerbResult<SyncResult>> {
  const { target, write, input, addOnly, removeOnly } = request;
  if (addOnly === true && removeOnly === true) {
    throw bothGivenError('--add-only', '--remove-only');
  }
  assertOneReader({ ...target.server, file: input.file });
  const read = await readInput(input, deps, { wholeGroup: true, adds: true });
  const syncing = (): Promise<Synced> =>
    withConnection(target.server, deps, async (connection) => {
      const rowsOfGroup = { name: target.group, groupColumn: input.groupColumn };
      const own = await onlyOfGroup(read, rowsOfGroup, connection.directory, deps);
      const context = { connection, options: write, deps, input: own.file };
      return await new Sync(own, request, context).go();
    });
  const save = (from: MemberInput, rows: SyncRows): Promise<string | undefined> =>
    saveFailedAdditions(input, from, rows, { options: write, deps });
  const { done, own, rows } = await savingNotTried(syncing, (error) =>
    save(read, {
      outcomes: removeOnly === true ? [] : notTriedRows('add', read.requested, error),
    }),
  );
  // The group is free by now: a pipe may have to wait for its reader.
  return await savingFailures(done, () => save(own, rows));
}

type SyncRows = Pick<ChangeResult, 'outcomes' | 'run'>;

interface Synced {
  readonly done: VerbResult<SyncResult>;
  /** The rows of the group. */
  readonly own: MemberInput;
  /** Those for --failures. */
  readonly rows: SyncRows;
}

class Sync {
  readonly #input: MemberInput;
  readonly #request: SyncRequest;
  readonly #context: RunContext;
  readonly #wanted: readonly RequestedMember[];
  /** Somebody is asked, so the group is not locked until the answer. */
  readonly #asks: boolean;
  /** The group is locked from the start. */
  readonly #locksFirst: boolean;
  /** A long difference is shown whole. */
  readonly #all: boolean;

  constructor(input: MemberInput, request: SyncRequest, context: RunContext) {
    const { dryRun, yes } = request.write;
    this.#input = input;
    this.#request = request;
    this.#context = context;
    this.#wanted = distinct(input.requested);
    this.#asks = dryRun !== true && yes !== true;
    this.#locksFirst = dryRun !== true && !this.#asks;
    this.#all = request.all === true;
  }

  async go(): Promise<Synced> {
    const request = {
      op: 'add',
      group: this.#request.target.group,
      members: await this.#withoutIdentities(),
      forUpdate: this.#locksFirst,
      groupFirst: this.#asks,
    } as const;
    const prepared = await prepareChanges(request, this.#context);
    const { stopped, decided } = prepared;
    if (stopped === undefined) return await this.#compareAndChange(prepared);
    return this.#ended(stopped.done, 'not-compared', [...decided, ...stopped.notTried]);
  }

  async #compareAndChange(prepared: PreparedChanges): Promise<Synced> {
    const { group, changes: wanted, decided } = prepared;
    const { guards, addOnly } = this.#request;
    const state = await stateOf(group, this.#context.connection.directory);
    const names = state.members.map(({ member }) => member);
    const accounts = await accountsOf(this.#context, wanted, names);
    const diff = this.#diff(state, wanted, accounts);
    const changes = [...diff.same, ...diff.add, ...diff.remove];
    const removalGuard = await guardFor(group, changes, guards, this.#context, state.members);
    const objection = objectionOf(removalGuard, names);
    warnUnusedProtect(guards.protect, group, names, this.#context.deps, objection);
    if (objection !== undefined) return await this.#stopped(objection, diff, prepared);
    const confirmed = await this.#confirm(group, diff);
    if (confirmed) await this.#findGroup(true);
    const guard =
      addOnly === true ? undefined : unchangedGuard(state, wanted, removalGuard, accounts);
    const command = 'security groups members sync';
    const done = await runChanges({ command, group, changes, decided, guard }, this.#context);
    return this.#ended(done, confirmed ? 'shown' : 'compared');
  }

  /** A guard objects to the difference, before anybody is asked. */
  async #stopped(
    objection: GroupctlError,
    diff: MemberDiff,
    { group, decided }: PreparedChanges,
  ): Promise<Synced> {
    const { deps } = this.#context;
    const lines = diffLines(diff, this.#all || !deps.io.stderr.isTTY);
    for (const line of lines) deps.warn(painted(line, PLAIN));
    const rows = {
      decided: [...decided, ...diff.same.map((change) => alreadyRow(change, true))],
      notTried: [...diff.add, ...diff.remove],
    };
    return this.#ended(stoppedRun(group, rows, objection, this.#context), 'shown');
  }

  /** @param rows those for --failures, where they are not the result's */
  #ended(
    { result, failure }: VerbResult<ChangeResult>,
    difference: SyncResult['difference'],
    rows: readonly MemberOutcome[] = result.outcomes,
  ): Synced {
    const { run } = result;
    const done = { result: { ...result, difference, rows: rows.length, all: this.#all }, failure };
    return { done, own: this.#input, rows: { outcomes: rows, ...defined({ run }) } };
  }

  /**
   * A list cannot say what is a machine identity, and `members list` writes their ids as it writes
   * names: those of the group stay, as without a column `type` all of them do.
   */
  async #withoutIdentities(): Promise<readonly RequestedMember[]> {
    const mayBeIds = this.#input.file?.hasTypes !== true && this.#wanted.some(isLikeAnId);
    const hasIds = this.#context.connection.directory.memberTypes.includes('identity');
    if (!mayBeIds || !hasIds) return this.#wanted;
    const group = await this.#findGroup(this.#locksFirst);
    const { members } = await stateOf(group, this.#context.connection.directory);
    const ids = new Set(members.flatMap(({ type, member }) => (type === 'identity' ? member : [])));
    return this.#wanted.filter(({ type, name }) => type !== 'user' || !ids.has(name));
  }

  async #findGroup(forUpdate: boolean): Promise<Group> {
    return await this.#context.connection.directory.findGroup(this.#request.target.group, {
      forUpdate,
    });
  }

  #diff(
    { group, members }: GroupState,
    wanted: readonly MemberChange[],
    accounts: Accounts,
  ): MemberDiff {
    const { addOnly, removeOnly } = this.#request;
    const types = this.#typesOf(wanted);
    const others = members.filter(({ type }) => !types.has(type)).length;
    if (others > 0 && addOnly !== true) {
      this.#context.deps.warn(
        `${others} machine ${others === 1 ? 'identity' : 'identities'} of ${group.name} ${others === 1 ? 'stays' : 'stay'}: the file has no column "type".`,
      );
    }
    const diff = diffMembers(members, wanted, types, accounts);
    return {
      same: diff.same,
      add: removeOnly === true ? [] : diff.add,
      remove: addOnly === true ? [] : diff.remove,
    };
  }

  /** A file that says nothing of types is about people. */
  #typesOf(wanted: readonly MemberChange[]): ReadonlySet<MemberType> {
    if (this.#input.file?.hasTypes === true) return new Set(['user', 'identity']);
    return new Set<MemberType>(['user', ...wanted.map(({ type }) => type)]);
  }

  /**
   * Shows the difference and asks, where there is one and it has to be asked.
   *
   * @returns true if somebody was asked and confirmed
   * @throws safety (8) when the answer is no
   */
  async #confirm(group: Group, diff: MemberDiff): Promise<boolean> {
    if (!this.#asks || diff.add.length + diff.remove.length === 0) return false;
    const question = `Change ${group.name} on ${this.#context.connection.source.name}: add ${diff.add.length}, remove ${diff.remove.length}?`;
    await showAndConfirm(this.#context, group.name, diffLines(diff, this.#all), question);
    return true;
  }
}
