import { setMaxListeners } from 'node:events';
import type { BackendKind, GroupDirectory } from '../backends/port.ts';
import type { ConnectOptions } from './connect.ts';
import type { MemberRef } from '../domain/group.ts';
import type { Source } from '../domain/source.ts';
import { asGroupctlError, type GroupctlError } from '../errors.ts';
import { type Clock, Deadline } from '../http/deadline.ts';
import { ServerClock } from '../http/server-clock.ts';
import type { Redactor } from '../http/redact.ts';
import type { Io, OutputSettings } from '../output/io.ts';
import type { Progress } from '../output/progress/meter.ts';
import { Screen } from '../output/progress/screen.ts';
import { safeBlock, safeText } from '../output/safe-text.ts';
import type { Journal } from '../state/journal/journal.ts';
import type { JournalHeader } from '../state/journal/line-format.ts';
import type { Processes } from '../state/lock/options.ts';
import type { Paths } from '../state/paths.ts';
import type { SourceStore } from '../state/sources/store.ts';
import type { Stdin } from './stdin.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What the process gives a program. Tests give their own; nothing else touches `process`. */
export interface Host {
  readonly env: Env;
  readonly platform: string;
  readonly io: Io;
  readonly clock: Clock;
  /** Told of each run that has a journal, by its id. */
  onRecord?(run: string): void;
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** From now on memory is given back sooner, which takes some time; for very many rows. */
  saveMemory?(): Promise<void>;
  /** This process and others of this machine; absent where they cannot be told. */
  readonly processes?: Processes;
}

/** The options that every command talking to a server has. */
export interface ServerOptions {
  readonly source?: string;
  readonly kind?: BackendKind;
  readonly apiKey?: string;
  readonly apiKeyStdin?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientSecretStdin?: boolean;
  readonly organizationSlug?: string;
  /** Quotes around a secret are a part of it. */
  readonly keepQuotes?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly deadline?: number;
  readonly showBody?: boolean;
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
  /** What only we have asks before it writes, and this is the answer. */
  readonly yes?: boolean;
}

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
  readonly version: string;
  readonly redactor: Redactor;
  readonly speech: OutputSettings;
  /** The end of the time that the whole command may take. */
  readonly deadline: Deadline;
  /** What the servers of this run say about the clock of this machine. */
  readonly serverClock: ServerClock;
  /** A line for people on stderr; silent under --json and --quiet. */
  warn(message: string): void;
  /** What somebody has to see who is asked next, on stderr, however the result is printed. */
  show(lines: readonly string[]): void;
  /** A line on stderr under --verbose. */
  trace(message: string): void;
  /** An answer's body on stderr, for --show-body. */
  body(text: string): void;
  /**
   * Shows how far a run is, on stderr, from when it has lasted until `stop`; nothing with --quiet.
   * One at a time: another one stops it.
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
   * @param option what answers where nobody can be asked: `--yes`
   * @throws usage `confirmation-needed` (2) off a terminal, interrupted (130) when it is cancelled
   */
  confirm(question: string, option: string): Promise<boolean>;
  paths(): Promise<Paths>;
  sources(): Promise<SourceStore>;
  /** Chooses the source (once) and connects to it. */
  connect(options: ConnectOptions): Promise<Connection>;
  connectTo(source: Source, options: ConnectOptions): Promise<Connection>;
  /**
   * What would keep a run from being recorded and from taking a lock, `state-not-writable` (2): a dry
   * run says what would be done, and what would come of it.
   */
  journalProblem(): Promise<GroupctlError | undefined>;
  /** Opens the journal of a run: the file is there when this resolves. */
  openJournal(header: JournalHeader): Promise<Journal>;
  /** The run whose journal was opened last. */
  latestRun(): string | undefined;
  /**
   * Waits for input that may never come.
   *
   * @param read gets a signal that ends it, and may then throw anything
   * @throws interrupted (130); network (6) `deadline`; what `read` throws
   */
  waitForInput<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T>;
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

export interface DepsInput {
  readonly host: Host;
  readonly speech: OutputSettings;
  readonly version: string;
  /** `--deadline`, seconds. */
  readonly deadline?: number | undefined;
}

/** A wait that is longer is reported even with --json and --quiet. */
const LONG_WAIT_MS = 10_000;

/** The real dependencies: each part is loaded when it is first asked for. */
export function createDeps(
  { host, speech, version, deadline: seconds }: DepsInput,
  redactor: Redactor,
): Deps {
  const { env, platform, clock, signal } = host;
  // Each connection and each call under way listens to it: of several sources that is no leak.
  setMaxListeners(0, signal);
  const warn = (message: string): void => {
    if (!speech.quiet && speech.format !== 'json') say(message);
  };
  const noteWait = (message: string, ms: number): void => {
    if (ms > LONG_WAIT_MS) say(message);
    else warn(message);
  };
  const screen = new Screen({ io: host.io, env, clock, speech, warn: noteWait });
  const { io } = screen;
  const say = (text: string): void => io.stderr.write(`${safeText(redactor.clean(text))}\n`);
  let latestRun: string | undefined;
  let stdin: Stdin | undefined;
  const openStdin = async (): Promise<Stdin> => {
    const { Stdin } = await import('./stdin.ts');
    return (stdin ??= new Stdin(io, deps));
  };
  const deps: Deps = {
    ...host,
    io,
    version,
    redactor,
    speech,
    deadline: new Deadline(clock, seconds === undefined ? undefined : seconds * 1000),
    serverClock: new ServerClock(() => clock.now()),
    warn,
    show(lines) {
      for (const line of lines) say(line);
    },
    trace(message) {
      if (speech.verbose) say(message);
    },
    body(text) {
      io.stderr.write(`${safeBlock(redactor.clean(text))}\n`);
    },
    progress: (total, what) => screen.progress(total, what),
    waiting: (ms, why) => screen.waiting(ms, why),
    async confirm(question, option) {
      const { confirm } = await import('../output/ask/confirm.ts');
      screen.end();
      const stdinTaken = stdin?.taken === true;
      return await confirm(redactor.clean(question), option, { io, env, signal, stdinTaken });
    },
    async paths() {
      return await (await import('../state/paths.ts')).findPaths(env, platform);
    },
    async sources() {
      const { SourceStore } = await import('../state/sources/store.ts');
      return new SourceStore((await deps.paths()).config);
    },
    async connect(options) {
      const { chooseSource } = await import('../state/sources/choose.ts');
      const { readSecrets } = await import('./secrets.ts');
      const secrets = await readSecrets(options, (option) => deps.stdinSecret(option));
      const source = await chooseSource({ ...options, ...secrets }, env, () => deps.sources());
      return await deps.connectTo(source, options);
    },
    async connectTo(source, options) {
      const { connectTo } = await import('./connect.ts');
      return await connectTo(source, options, deps);
    },
    async journalProblem() {
      const { assertStateWritable } = await import('../state/probe.ts');
      try {
        assertStateWritable((await deps.paths()).state);
      } catch (error) {
        return asGroupctlError(error);
      }
      return undefined;
    },
    async openJournal(header) {
      const { Journal } = await import('../state/journal/journal.ts');
      const { warnOfFuture } = await import('../state/journal/clock.ts');
      const { state } = await deps.paths();
      const mayPrune = (): boolean => deps.serverClock.agrees;
      const journal = new Journal(state, header, version, clock.now(), mayPrune);
      latestRun = journal.run;
      host.onRecord?.(journal.run);
      // A run that takes up another one has looked at it when it chose that one.
      if (header.undoes === undefined && header.resumes === undefined) {
        warnOfFuture(state, journal.before, deps);
      }
      return journal;
    },
    latestRun: () => latestRun,
    async waitForInput(read) {
      const { waitForInput } = await import('./input-wait.ts');
      return await waitForInput(read, deps);
    },
    stdinSecret: async (option) => await (await openStdin()).secret(option),
    stdinBytes: async (option) => await (await openStdin()).bytes(`${option} -`),
  };
  return deps;
}
