import { defined } from '../domain/defined.ts';
import { setMaxListeners } from 'node:events';
import { asGroupctlError, isGroupctlError, reworded, usageError } from '../errors.ts';
import { Deadline } from '../http/deadline.ts';
import { ServerClock } from '../http/server-clock.ts';
import type { Redactor } from '../http/redact.ts';
import type { ConfirmContext } from '../output/ask/confirm.ts';
import type { OutputSettings } from '../output/io.ts';
import type { Every } from '../output/progress/meter.ts';
import { Screen } from '../output/progress/screen.ts';
import { safeBlock, safeText } from '../output/safe-text.ts';
import { painted, styleFor } from '../output/style.ts';
import type { Stores } from './open-store.ts';
import type { Stdin } from './stdin.ts';
import type { Deps, Host } from './deps.ts';
import { sentences } from '../domain/sentences.ts';

interface DepsInput {
  readonly host: Host;
  readonly output: OutputSettings;
  readonly version: string;
  /** `--deadline`, seconds. */
  readonly deadline?: number | undefined;
  /** `--reason`, for the journal. */
  readonly reason?: string | undefined;
}

/** Where there is no source, pgutil's can be imported. */
async function withImportHint(error: unknown, { env, platform }: Host): Promise<unknown> {
  if (!isGroupctlError(error) || error.code !== 'no-source') return error;
  const { findPgutilConfig } = await import('../state/sources/pgutil-config.ts');
  const path = findPgutilConfig(env, platform, '.');
  if (path === undefined) return error;
  const has = `pgutil has sources (${path}). Take them over with: groupctl sources import`;
  const hint = sentences(has, error.hint);
  return reworded(error, { hint });
}

/** What groupctl asks for on a terminal, by option. */
const SECRET_NAMES: Readonly<Record<string, string>> = {
  '--api-key-stdin': 'API key',
  '--client-secret-stdin': 'Client secret',
  '--password=-': 'Password',
};

/** A wait that is longer is reported even with --json and --quiet. */
const LONG_WAIT_MS = 10_000;

/** The real dependencies: each part is loaded when it is first asked for. */
export function createDeps(
  { host, output, version, deadline: seconds, reason }: DepsInput,
  redactor: Redactor,
): Deps {
  const { env, platform, clock, signal, every = byTimers } = host;
  // Each connection and each call under way listens to it: of several sources that is no leak.
  setMaxListeners(0, signal);
  // A command for many groups or servers may have the same reason to warn for each.
  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (message.startsWith('Warning: ')) {
      if (warned.has(message)) return;
      warned.add(message);
    }
    if (!output.quiet && output.format !== 'json') say(message);
  };
  const noteWait = (message: string, ms: number): void => {
    if (ms > LONG_WAIT_MS) say(message);
    else warn(message);
  };
  const screen = new Screen({ io: host.io, env, clock, output, warn: noteWait, every });
  const { io } = screen;
  const say = (text: string): void => io.stderr.write(`${safeText(redactor.clean(text))}\n`);
  let latestRun: string | undefined;
  let stores: Stores | undefined;
  let stdin: Stdin | undefined;
  const openStdin = async (): Promise<Stdin> => {
    const { Stdin } = await import('./stdin.ts');
    return (stdin ??= new Stdin(io, deps));
  };
  const askContext = (): ConfirmContext => {
    screen.end();
    return { io, env, signal, stdinTaken: stdin?.taken === true };
  };
  const deps: Deps = {
    ...host,
    every,
    io,
    version,
    redactor,
    output,
    deadline: new Deadline(clock, seconds === undefined ? undefined : seconds * 1000),
    serverClock: new ServerClock(() => clock.now()),
    warn,
    show(lines) {
      const style = styleFor(io.stderr, output.color);
      const clean = (text: string): string => safeText(redactor.clean(text));
      for (const line of lines) io.stderr.write(`${painted(line, style, clean)}\n`);
    },
    trace(message) {
      if (output.verbose) say(message);
    },
    body(text) {
      io.stderr.write(`${safeBlock(redactor.clean(text))}\n`);
    },
    progress: (total, what) => screen.progress(total, what),
    waiting: (ms, why) => screen.waiting(ms, why),
    async confirm(question, option) {
      const { confirm } = await import('../output/ask/confirm.ts');
      return await confirm(redactor.clean(question), option, askContext());
    },
    async ask(question) {
      const { askLine } = await import('../output/ask/confirm.ts');
      return await askLine({ ...question, text: redactor.clean(question.text) }, askContext());
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
      const { readSecrets, withKeyFirst } = await import('./secrets.ts');
      const secrets = await readSecrets(options, (option) => deps.stdinSecret(option));
      const given = withKeyFirst({ ...options, ...secrets }, deps);
      const source = await chooseSource(given, env, () => deps.sources()).catch(
        async (error: unknown) => {
          throw await withImportHint(error, deps);
        },
      );
      return await deps.connectToSource(source, options);
    },
    async connectToSource(source, options) {
      const { connectToSource } = await import('./connect.ts');
      return await connectToSource(source, options, deps);
    },
    async journalProblem(source, { journal }) {
      // A dry run needs no shared store.
      if (journal === false || (await deps.store(source)).isShared) return undefined;
      const { assertStateWritable } = await import('../state/probe.ts');
      try {
        assertStateWritable((await deps.paths()).state);
      } catch (error) {
        return asGroupctlError(error);
      }
      return undefined;
    },
    async store(source) {
      const { Stores } = await import('./open-store.ts');
      stores ??= new Stores(deps);
      return await stores.of(source);
    },
    async openJournal(source, plan, keep) {
      const store = await deps.store(source);
      const { name, kind, url, organizationSlug } = source;
      const facts = { source: name, kind, url, ...defined({ organizationSlug }) };
      const header = { ...facts, ...plan, ...defined({ reason }) };
      const mayPrune = (): boolean => deps.serverClock.agrees;
      // Without rows there is nothing to resume.
      const verb = plan.rows.length > 0 ? 'resume' : 'history show';
      const onRecord = (run: string): void => host.onRecord?.(`groupctl ${verb} ${run}`);
      const now = clock.now();
      const journal = await store.openJournal(header, { version, now, keep, onRecord, mayPrune });
      if (journal?.run === undefined) return journal;
      latestRun = journal.run;
      // A run that continues another one has read it when it chose that one.
      if (plan.undoes === undefined && plan.resumes === undefined) {
        const { warnOfFuture } = await import('../state/journal/clock.ts');
        await warnOfFuture(store.runs, journal.before, deps);
      }
      return journal;
    },
    async close() {
      await stores?.close();
    },
    latestRun: () => latestRun,
    async waitForInput(read) {
      const { waitForInput } = await import('./input-wait.ts');
      return await waitForInput(read, deps);
    },
    async waitForOutput(write) {
      const { waitForOutput } = await import('./input-wait.ts');
      return await waitForOutput(write, deps);
    },
    stdinSecret: async (option) => {
      const typed = await deps.ask({ text: `${SECRET_NAMES[option] ?? option}:`, hidden: true });
      if (typed === undefined) return await (await openStdin()).secret(option);
      if (typed.trim() === '') throw usageError(`${option}: nothing was typed.`);
      return typed;
    },
    stdinBytes: async (option) => await (await openStdin()).bytes(`${option} -`),
  };
  return deps;
}

const byTimers: Every = (ms, call) => {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
};
