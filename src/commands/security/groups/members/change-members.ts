import type { GroupDirectory, Resolution } from '../../../../backends/port.ts';
import type { Connection, Deps, ServerOptions, WriteOptions } from '../../../../deps.ts';
import type { ChangeOp, MemberChange } from '../../../../domain/change.ts';
import type { Group, MemberRef } from '../../../../domain/group.ts';
import { type ChangeResult, type MemberOutcome, summarize } from '../../../../domain/outcome.ts';
import { asGroupctlError, usageError } from '../../../../errors.ts';
import type { Done } from '../../../../leaf.ts';
import type { Journal } from '../../../../store/journal.ts';
import { withConnection } from '../../../with-connection.ts';
import { changeFailure } from './change-failure.ts';
import { ambiguousName, distinct, inOrder, unknownRow } from './typed-names.ts';

/** What `members add` and `members remove` have in common: from names to outcomes. */

export interface ChangeRequest {
  readonly op: ChangeOp;
  /** The command's words, for the journal. */
  readonly command: string;
  readonly groupName: string;
  /** Names and ids as typed. */
  readonly members: readonly MemberRef[];
}

type Options = ServerOptions & WriteOptions;

/** Resolves the names, changes the group, and leaves a journal of what was written. */
export async function changeMembers(
  request: ChangeRequest,
  options: Options,
  deps: Deps,
): Promise<Done<ChangeResult>> {
  return await withConnection(options, deps, (connection) =>
    new ChangeRun(request, options, deps, connection).go(),
  );
}

class ChangeRun {
  readonly #request: ChangeRequest;
  readonly #options: Options;
  readonly #deps: Deps;
  readonly #connection: Connection;
  readonly #directory: GroupDirectory;
  #journal: Journal | undefined;

  constructor(request: ChangeRequest, options: Options, deps: Deps, connection: Connection) {
    this.#request = request;
    this.#options = options;
    this.#deps = deps;
    this.#connection = connection;
    this.#directory = connection.directory;
  }

  async go(): Promise<Done<ChangeResult>> {
    const { op, groupName } = this.#request;
    const dryRun = this.#options.dryRun === true;
    const typed = distinct(this.#request.members, op);
    const find = (): Promise<Group> =>
      this.#directory.findGroup(groupName, { forUpdate: !dryRun, changes: typed.length });
    assertTypes(typed, this.#directory);
    // A removal is of a member, so the group is asked first. So it is where members are written one
    // by one; but where the whole list is, nothing may stand between reading it and writing it.
    const first = op === 'remove' || this.#directory.writes === 'per-member';
    const early = first ? await find() : undefined;
    const resolved = await this.#resolve(typed, early);
    const isUnknown = ({ name }: MemberRef): boolean => resolved.get(name)?.kind === 'unknown';
    const unknownRows = typed.filter(isUnknown).map((ref) => this.#unknown(ref, resolved));
    const known = typed.filter((ref) => !isUnknown(ref));
    const goOn = this.#options.skipUnknown === true && known.length > 0;
    if (unknownRows.length > 0 && !goOn) {
      const group = early ?? (await this.#directory.findGroup(groupName));
      return this.#done(group, dryRun, unknownRows, known.length);
    }
    const group = early ?? (await find());
    const changes = known.map((ref) => this.#change(ref, resolved.get(ref.name)));
    const rows = await this.#write(group, changes, dryRun);
    return this.#done(group, dryRun, inOrder(typed, [...unknownRows, ...rows]), 0);
  }

  /** Names that need no check resolve to themselves. */
  async #resolve(typed: readonly MemberRef[], group?: Group): Promise<Map<string, Resolution>> {
    if (!this.#connection.userCheck || this.#options.userCheck === false) return new Map();
    // Whom the group holds exists, whatever the user list says.
    const present = new Set(
      group === undefined ? [] : await this.#directory.membersAmong(group, namesOf(typed)),
    );
    const asked = typed.filter(({ name }) => !present.has(name));
    if (asked.length === 0) return new Map();
    const resolved = await this.#directory.resolve(asked);
    const unchecked: string[] = [];
    for (const [name, resolution] of resolved) {
      if (resolution.kind === 'ambiguous') throw ambiguousName(name, resolution.names);
      if (resolution.kind === 'unchecked') unchecked.push(name);
    }
    if (unchecked.length > 0) {
      const how = this.#request.op === 'add' ? 'sent' : 'taken';
      this.#deps.warn(
        `The server cannot say who exists; ${how} as typed: ${unchecked.join(', ')}.`,
      );
    }
    return resolved;
  }

  #unknown(ref: MemberRef, resolved: ReadonlyMap<string, Resolution>): MemberOutcome {
    return unknownRow(this.#change(ref, undefined), resolved.get(ref.name), {
      skipping: this.#options.skipUnknown === true,
      hasDirectoryAccounts: this.#directory.hasDirectoryAccounts,
    });
  }

  #change({ type, name }: MemberRef, resolution: Resolution | undefined): MemberChange {
    const member = resolution?.kind === 'found' ? resolution.name : name;
    return { op: this.#request.op, type, member, requested: name };
  }

  async #write(
    group: Group,
    changes: readonly MemberChange[],
    dryRun: boolean,
  ): Promise<MemberOutcome[]> {
    const rows: MemberOutcome[] = [];
    const { clock, signal } = this.#deps;
    try {
      const outcomes = this.#directory.changeMembers(group, changes, {
        dryRun,
        signal,
        beforeSend: async ({ call, changes: sent, before }) => {
          const journal = this.#journal ?? (await this.#openJournal(group, changes, rows));
          const members = sent.map(({ member }) => member);
          journal?.intent(
            { call, members, ...(before === undefined ? {} : { before }) },
            clock.now(),
          );
        },
        verify: this.#options.verify !== false,
        verifyBase: () => undefined,
        warn: (message) => this.#deps.warn(message),
      });
      for await (const row of outcomes) {
        rows.push(row);
        this.#journal?.outcome(row, clock.now());
      }
    } catch (error) {
      const { exitCode, code } = asGroupctlError(error);
      this.#journal?.end({ exit: exitCode, error: code }, clock.now());
      throw error;
    }
    return rows;
  }

  /** @param settled rows that need no write, told before there was a journal */
  /** Opens the journal before the first write, with the rows that were so already. */
  async #openJournal(
    group: Group,
    changes: readonly MemberChange[],
    already: readonly MemberOutcome[],
  ): Promise<Journal | undefined> {
    if (this.#options.journal === false) return undefined;
    if (this.#journal !== undefined) return this.#journal;
    const { name: source, kind, url } = this.#connection.source;
    const { command } = this.#request;
    const header = { source, kind, url, group: keyOf(group), command, rows: changes };
    const journal = await this.#deps.openJournal(header);
    this.#journal = journal;
    for (const row of already) journal.outcome(row, this.#deps.clock.now());
    return journal;
  }

  #done(
    group: Group,
    dryRun: boolean,
    outcomes: readonly MemberOutcome[],
    untouched: number,
  ): Done<ChangeResult> {
    const { source } = this.#connection;
    const { lateWrite } = this.#directory.report();
    const summary = summarize(outcomes);
    const failure = changeFailure(outcomes, untouched, group.name, this.#deps.signal.aborted);
    if (failure !== undefined) failure.source = source.name;
    this.#journal?.end({ exit: failure?.exitCode ?? 0, summary }, this.#deps.clock.now());
    if (lateWrite) {
      this.#deps.warn(
        'The write took longer than the settle time, so another writer may have been overwritten.',
      );
    }
    const run = this.#journal?.run;
    const result: ChangeResult = {
      source: source.name,
      kind: source.kind,
      group: withCount(group, summary.added - summary.removed),
      dryRun,
      outcomes,
      summary,
      ...(run === undefined ? {} : { run }),
      ...(lateWrite ? { lateWrite } : {}),
    };
    return { result, failure };
  }
}

function namesOf(refs: readonly MemberRef[]): string[] {
  return refs.map(({ name }) => name);
}

/** @throws usage (2) for a kind of member that this server does not have */
function assertTypes(refs: readonly MemberRef[], { kind, memberTypes }: GroupDirectory): void {
  if (refs.every(({ type }) => memberTypes.includes(type))) return;
  throw usageError(
    `A ${kind} server has no machine identities;`,
    '--identity is for infisical.',
    'not-supported',
  );
}

function keyOf({ name, id, slug }: Group): Pick<Group, 'name' | 'id' | 'slug'> {
  return { name, ...(id === undefined ? {} : { id }), ...(slug === undefined ? {} : { slug }) };
}

/** The count was read before the write. */
function withCount(group: Group, change: number): Group {
  if (group.memberCount === undefined) return group;
  return { ...group, memberCount: group.memberCount + change };
}
