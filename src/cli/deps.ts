import type { GroupDirectory } from '../backends/port.ts';
import type { MemberRef } from '../domain/group.ts';
import type { Source } from '../domain/source.ts';
import { type GroupctlError } from '../errors.ts';
import { type Deadline, type Clock } from '../http/deadline.ts';
import type { ServerClock } from '../http/server-clock.ts';
import type { Redactor } from '../http/redact.ts';
import type { Io, OutputSettings, Question } from '../output/io.ts';
import type { Line } from '../output/style.ts';
import type { Every, Progress } from '../output/progress/meter.ts';
import type { JournalHeader } from '../state/journal/line-format.ts';
import type { Processes } from '../state/lock/options.ts';
import type { Paths } from '../state/paths.ts';
import type { Journal, Store } from '../state/store.ts';
import type { ChoiceOptions } from '../state/sources/choose.ts';
import type { OpenKeyring } from '../state/sources/keyring.ts';
import type { SourceStore } from '../state/sources/store.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What the process gives a program. Tests give their own; nothing else touches `process`. */
export interface Host {
  readonly env: Env;
  readonly platform: string;
  /** `v24.1.0`; absent in tests. */
  readonly nodeVersion?: string;
  readonly io: Io;
  readonly clock: Clock;
  /** How time passes while nothing else happens; absent: by timers. */
  readonly every?: Every;
  /** Called for each run that has a journal, with the command that finishes it or says what became of it. */
  onRecord?(next: string): void;
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** For very many rows: collects garbage earlier from now on, which costs some time. */
  saveMemory?(rows: number): Promise<void>;
  /** This process and others of this machine; absent where they cannot be told. */
  readonly processes?: Processes;
  /** Opens the keyring of the operating system; absent where there is none. */
  readonly keyring?: OpenKeyring;
}

/** What a run means to do, for its journal. */
export type RunPlanHeader = Omit<JournalHeader, 'source' | 'kind' | 'url' | 'organizationSlug'>;

/** The options that every command talking to a server has. */
export interface ServerOptions extends ChoiceOptions {
  readonly apiKeyStdin?: boolean;
  readonly clientSecretStdin?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly deadline?: number;
  readonly showBody?: boolean;
  /** False: the names of groups are not kept for completion. */
  readonly cache?: boolean;
}

/** The options of every command that writes membership. */
export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Milliseconds. */
  readonly settle?: number;
  /** Seconds. */
  readonly settleLimit?: number;
  readonly userCheck?: boolean;
  readonly skipUnknown?: boolean;
  /** Calls under way at once, where members are written one by one. */
  readonly concurrency?: number;
  /** False: what was written is not read back. */
  readonly verify?: boolean;
  readonly journal?: boolean;
  /** Answers yes to the question before a write. */
  readonly yes?: boolean;
}

/** What opening a connection needs to know. */
export type ConnectOptions = ServerOptions &
  Pick<WriteOptions, 'settle' | 'settleLimit' | 'journal' | 'concurrency' | 'dryRun'> & {
    /** `-`: standard input is not for a secret. */
    readonly file?: string | undefined;
  };

/** An open connection to one source; close it when done. */
export interface Connection {
  readonly source: Source;
  readonly directory: GroupDirectory;
  readonly userCheck: boolean;
  /**
   * Waits for writes of earlier runs that may still put this member into a group.
   *
   * @throws safety (8) `locked`, `write-in-flight`; interrupted (130)
   */
  awaitWrites(ref: MemberRef): Promise<void>;
  close(): Promise<void>;
}

/** What a command may use. Everything heavy is behind a promise, so that --help loads none. */
export interface Deps extends Host {
  readonly every: Every;
  readonly version: string;
  readonly redactor: Redactor;
  readonly output: OutputSettings;
  /** The end of the time that the whole command may take. */
  readonly deadline: Deadline;
  /** What the servers of this run say about the clock of this machine. */
  readonly serverClock: ServerClock;
  /** A line for people on stderr, a `Warning: …` once; silent under --json and --quiet. */
  warn(message: string): void;
  /** Lines that a person must see before the next question, on stderr in every output format. */
  show(lines: readonly Line[]): void;
  /** A line on stderr under --verbose. */
  trace(message: string): void;
  /** An answer's body on stderr, for --show-body. */
  body(text: string): void;
  /**
   * Shows progress on stderr once the run takes a while, until `stop`; nothing with --quiet. A new
   * one stops the one before.
   *
   * @param what what is counted, in the plural: `members`
   */
  progress(total: number, what: string): Progress;
  /**
   * A wait of that many milliseconds: in the progress where there is one, else a warning; above 10 s
   * a line on stderr even with --json and --quiet.
   */
  waiting(ms: number, why: string): void;
  /**
   * Asks a person, on the terminal; no is the default.
   *
   * @param option what answers where groupctl cannot ask: `--yes`
   * @throws usage `confirmation-needed` (2) off a terminal, interrupted (130) when it is cancelled
   */
  confirm(question: string, option: string): Promise<boolean>;
  /**
   * Asks a person for a line; undefined off a terminal.
   *
   * @throws interrupted (130) when it is cancelled
   */
  ask(question: Question): Promise<string | undefined>;
  paths(): Promise<Paths>;
  sources(): Promise<SourceStore>;
  /** Chooses the source (once) and connects to it. */
  connect(options: ConnectOptions): Promise<Connection>;
  connectToSource(source: Source, options: ConnectOptions): Promise<Connection>;
  /**
   * What would keep a run from its journal and its lock, `state-not-writable` (2): a dry run
   * reports it. Undefined with `--no-journal`.
   */
  journalProblem(
    source: Source,
    options: Pick<WriteOptions, 'journal'>,
  ): Promise<GroupctlError | undefined>;
  /**
   * Where the locks and journals of a source are, or of runs on any source.
   *
   * @param source absent: GROUPCTL_STORE, else the state folder
   * @throws usage (2): GROUPCTL_STORE is empty, is no URL of a store, or is another store than the source's
   */
  store(source?: Pick<Source, 'name' | 'url' | 'sharedStore'>): Promise<Store>;
  /**
   * Opens the journal of a run on a source, before its first write.
   *
   * @param keep false (`--no-journal`): nothing of the run is kept
   * @returns undefined: there is none
   */
  openJournal(source: Source, plan: RunPlanHeader, keep: boolean): Promise<Journal | undefined>;
  /** Closes what was opened for the whole command. */
  close(): Promise<void>;
  /** The run whose journal was opened last. */
  latestRun(): string | undefined;
  /**
   * Waits for input that may never come.
   *
   * @param read gets a signal that ends it, and may then throw anything
   * @throws interrupted (130); network (6) `deadline`; what `read` throws
   */
  waitForInput<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * Waits until output is taken, by a reader that may never come.
   *
   * @param write gets a signal that ends it, and may then throw anything
   * @returns false: an interrupt or the deadline ended it
   */
  waitForOutput(write: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  /** Standard input as a secret, without the line ending at its end; empty is a usage error. */
  stdinSecret(option: string): Promise<string>;
  /**
   * All of standard input, for an option with the value `-`.
   *
   * @param option its name: `--file`
   * @throws usage (2) when another option has read it
   */
  stdinBytes(option: string): Promise<Buffer>;
}
