import type { Connection, Deps, ServerOptions } from '../../cli/deps.ts';
import { SERVER_OPTIONS } from '../../cli/server-options.ts';
import { gravest } from '../../domain/outcome.ts';
import {
  asGroupctlError,
  bothGivenError,
  GroupctlError,
  interruptedError,
  onSource,
  usageError,
} from '../../errors.ts';

/** Commands about one person on one server, or on every source there is. */

export interface ServersOptions extends ServerOptions {
  readonly allSources?: boolean;
}

/** A server to be asked. */
export interface ServerRef {
  /** Undefined where the source is chosen as everywhere: known once it is open. */
  readonly source?: string;
  open(): Promise<Connection>;
}

/** A source that could not be asked. */
export interface FailedServer {
  readonly source: string;
  readonly error: GroupctlError;
}

/**
 * The one chosen source, or with --all-sources every source of the configuration.
 *
 * @throws usage (2) for --all-sources beside what is of one server, or without any source
 */
export async function chosenServers(
  options: ServersOptions,
  deps: Deps,
): Promise<readonly ServerRef[]> {
  if (options.allSources !== true) return [{ open: async () => await deps.connect(options) }];
  const other = SERVER_OPTIONS.find(({ key }) => options[key] !== undefined)?.long;
  if (other !== undefined) {
    const why =
      other === '--source' || other === '--kind'
        ? 'Use one or the other.'
        : 'This is of one server only: every source has its own.';
    throw bothGivenError('--all-sources', other, why);
  }
  const sources = (await deps.sources()).list();
  if (sources.length === 0) {
    throw usageError(
      'There are no sources yet.',
      'Add one with: groupctl sources add',
      'no-source',
    );
  }
  return sources.map((source) => ({
    source: source.name,
    open: async () => await deps.connectToSource(source, options),
  }));
}

/** An error with its source; an interrupt, and a wrong choice of the source, end the command. */
export function failedServer(error: unknown, { source }: ServerRef): FailedServer {
  const failure = asGroupctlError(error);
  if (failure.kind === 'interrupted' || source === undefined) throw failure;
  return { source, error: onSource(failure, source) };
}

/** @throws interrupted (130) */
export function assertNotInterrupted({ signal }: Deps): void {
  if (signal.aborted) throw interruptedError();
}

/**
 * Sources that could not be asked, as one failure: partly done (7) where others were, else what
 * they failed with, of several kinds the gravest (docs/exit-codes.md).
 */
export function unreachedFailure(
  missed: readonly FailedServer[],
  answered: number,
): GroupctlError | undefined {
  const [first] = missed;
  if (first === undefined) return undefined;
  if (answered === 0 && missed.length === 1) return first.error;
  const kind =
    answered > 0
      ? 'partial'
      : (gravest(new Set(missed.map(({ error }) => error.kind))) ?? first.error.kind);
  const standing = missed.find(({ error }) => error.kind === kind) ?? first;
  const each = missed.map(({ source, error }) => `${source}: ${error.message}`).join(' ');
  const all = missed.length + answered;
  return new GroupctlError(kind, `${missed.length} of ${all} sources could not be asked. ${each}`, {
    code: kind === 'partial' ? 'partial' : standing.error.code,
    // Advice for one of several would be wrong for the others.
    hint: missed.every(({ error }) => error.hint === standing.error.hint)
      ? standing.error.hint
      : 'To see what to do about one of them: groupctl sources test --name=SOURCE',
    details: {
      sources: missed.map(({ source, error: { code, message } }) => ({ source, code, message })),
    },
  });
}

/**
 * Sources on which the name can mean two, as one failure: they were asked, and what is typed has to
 * be corrected, whatever the other sources answered.
 */
export function ambiguousFailure(
  ambiguous: readonly FailedServer[],
  missed: GroupctlError | undefined,
): GroupctlError | undefined {
  const [first] = ambiguous;
  if (first === undefined) return missed;
  const each = ambiguous.map(({ source, error }) => `${source}: ${error.message}`);
  if (missed !== undefined) each.push(missed.message);
  return new GroupctlError('ambiguous', each.join(' '), {
    code: first.error.code,
    hint: first.error.hint,
    details: {
      sources: ambiguous.map(({ source, error: { code, message, details } }) => ({
        source,
        code,
        message,
        ...(details as object | undefined),
      })),
    },
    source: ambiguous.length === 1 ? first.source : undefined,
  });
}
