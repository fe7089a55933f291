import type { MemberOutcome } from '../domain/outcome.ts';
import type { GroupctlError } from '../errors.ts';
import type { JournalHeader, JournalIntent } from './journal/line-format.ts';
import type { CallAnswer, RunEnd, RunRecord, RunSummary } from './journal/record.ts';
import type { HeldLock } from './lock/held-lock.ts';
import type { MarkOptions, OwnMarks } from './lock/in-flight.ts';
import type { LockOptions } from './lock/options.ts';

/**
 * Where locks and journals are: the state folder of one machine, or a database that a team shares.
 * Commands do not know which one they use.
 */
export interface Store {
  /** For people: `the state folder …`, `the shared store …`; never with a password. */
  readonly label: string;
  /** True if runs on other machines use it, too. */
  readonly isShared: boolean;
  readonly runs: Runs;
  /** Absent: there is nothing to set up. */
  readonly admin?: StoreAdmin;
  /**
   * Asked before the first request of a run that will write.
   *
   * @throws network (6) `store-unreachable`, unauthorized (3), config (2): why it cannot be used
   */
  assertReady(): Promise<void>;
  /** The same before runs are read, which a user may who cannot write. */
  assertReadable(): Promise<void>;
  /**
   * The in-flight marks of this run for a lock; they stay while it is released and taken again. A database
   * has them in the row of the lock, and does not use the key here.
   */
  ownMarks(key: LockKey, options: MarkOptions): OwnMarks;
  /**
   * Takes the lock of a group, and waits for it.
   *
   * @param group its name, for messages
   * @throws safety (8) `locked`, `write-in-flight`; interrupted (130); why the store cannot be used
   */
  lock(key: LockKey, group: string, options: LockOptions): Promise<HeldLock>;
  /** The groups of a server that a write of another run may still change. */
  markedGroups(server: string, options: Pick<LockOptions, 'clock'>): Promise<MarkedGroups>;
  /** @returns undefined: the run has no record and needs none */
  openJournal(header: JournalHeader, options: JournalOptions): Promise<Journal | undefined>;
  /** Milliseconds in which a marked write has to be over; Infinity where there is no such limit. */
  writeLeftMs(): number;
  /** Waits for what is being stored, and closes the connection. Never throws. */
  close(): Promise<void>;
}

/** One lock for a server and a group. */
export interface LockKey {
  readonly server: string;
  /** What identifies the group, folded. */
  readonly group: string;
}

export interface MarkedGroups {
  /** False: there are none. */
  readonly any: boolean;
  /** @param marks those of this run, which do not count */
  has(group: string, marks: OwnMarks | undefined): boolean;
}

export interface JournalOptions {
  readonly version: string;
  readonly now: number;
  /** False (`--no-journal`): nothing of the run is kept. */
  readonly keep: boolean;
  /** Called once it is on record: before that, no command finds it. */
  readonly onRecord?: (run: string) => void;
  /** Asked at the end: true if the clock of this machine is known to be right. */
  readonly mayPrune: () => boolean;
}

/** The record of one run while it is under way. */
export interface Journal {
  /** Its id; undefined: there is no record, or nothing was sent and it may have none. */
  readonly run: string | undefined;
  /** The newest run before this one. */
  readonly before: string | undefined;
  /** Why the record is incomplete, if it is. */
  readonly failure: GroupctlError | undefined;
  /**
   * Records what is about to be sent.
   *
   * @param ofMany true where other calls are made at the same time: their intents may be one write
   * @throws config (2) `state-not-writable`; network (6) `store-unreachable`; safety (8) `lock-lost`:
   *   then the call must not be made
   */
  intent(intent: JournalIntent, now: number, ofMany?: boolean): void | Promise<void>;
  /** What the server answered to the last call, where no outcome of a row says so. */
  answered(result: CallAnswer, now: number): void;
  outcomes(rows: readonly MemberOutcome[], now: number): void;
  /** Closes it; {@link failure} is final then. Calling it again does nothing. Never throws. */
  end(result: Omit<RunEnd, 'at'>, now: number): void | Promise<void>;
}

/** The runs that were recorded. */
export interface Runs {
  /** Their ids, newest first. */
  ids(): Promise<readonly string[]>;
  /**
   * Newest first. Damage in the middle of a long record may show only when it is read whole.
   *
   * @param limit how many at most
   * @param isWanted which runs count; all by default
   */
  list(
    limit?: number,
    isWanted?: (run: RunSummary) => boolean | Promise<boolean>,
  ): Promise<RunSummary[]>;
  /**
   * @param ref a run's id in any case, a beginning of it that no other run has, or `latest`
   * @throws usage (2) `not-a-run`; not-found (4) `no-such-run`; ambiguous (2) `ambiguous-run`; config
   *   (2) `journal-version`, `journal-damaged` (a line in the middle), `journal-unreadable`
   */
  read(ref: string): Promise<RunRecord>;
  /** When a run began by its record, milliseconds; where that cannot be read, by its id. */
  beganAt(run: string): Promise<number>;
  /** Another value whenever something was recorded of the run. */
  sizeOf(run: string): Promise<string>;
  /**
   * Removes runs that began longer ago than that.
   *
   * @param now milliseconds, as the runs' own times; a database goes by its own clock
   * @throws config (2) `journal-not-removed`, `journal-unreadable`
   */
  prune(olderThanMs: number, now: number, options: { readonly dryRun: boolean }): Promise<Pruning>;
}

export interface Pruning {
  /** Runs that were removed, or would be; oldest first. */
  readonly pruned: readonly string[];
  /** Old enough, but without an end, and they may be under way. */
  readonly underWay: readonly string[];
  /** How many runs stay, those under way among them. */
  readonly kept: number;
}

/** A lock of a shared store that somebody has, or whose group has a write in flight. */
export interface LockStatus {
  readonly server: string;
  /** The name of the group, or what identifies it where no run says the name. */
  readonly group: string;
  /** What identifies the group. */
  readonly key: string;
  readonly token: number;
  /** Who has it: `ci@build-7 (deploy, https://…)`; absent: nobody has it any more. */
  readonly holder?: string;
  readonly run?: string;
  /** Since when it has been held, seconds. */
  readonly heldS?: number;
  /** How long a write of an earlier run may still take effect, seconds. */
  readonly inFlightS?: number;
}

export interface StoreStatus {
  readonly protocol: number;
  readonly runs: number;
  readonly locks: readonly LockStatus[];
}

/** A run of a state folder, and what came of adding it to a store. */
export interface ImportedRun {
  readonly run: string;
  /** `completed`: the store had it, and lacked lines of it. */
  readonly outcome: 'imported' | 'completed' | 'unchanged' | 'skipped';
  /** How many lines were added, or would be. */
  readonly lines: number;
  /** Why it was skipped. */
  readonly problem?: string;
  /** True if it was skipped because its record cannot be read. */
  readonly unreadable?: true;
}

/** What a person does with a shared store itself. */
export interface StoreAdmin {
  /** The statements that create it, and those that let a role make runs. */
  ddl(): readonly string[];
  grants(role: string): readonly string[];
  /** Without a password. */
  readonly url: string;
  /**
   * Creates what is not there yet.
   *
   * @returns `completed`: some of it was there; `there`: all of it
   * @throws unauthorized (3) `store-permission`; config (2) `store-protocol`, `store-tables`
   */
  init(): Promise<'created' | 'completed' | 'there'>;
  status(): Promise<StoreStatus>;
  /** Every group that was ever locked. */
  allLocks(): Promise<readonly LockStatus[]>;
  /**
   * Takes a lock away from its holder, whose next intent fails.
   *
   * @param inFlight also while a write may still take effect
   * @returns the seconds in which such a write may take effect; undefined: there is none
   * @throws safety (8) `lock-changed`, `write-in-flight`
   */
  unlock(lock: LockStatus, inFlight: boolean): Promise<number | undefined>;
  importRuns(stateFolder: string, dryRun: boolean): Promise<readonly ImportedRun[]>;
}
