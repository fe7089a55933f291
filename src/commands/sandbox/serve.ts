import { defined } from '../../domain/defined.ts';
import { join } from 'node:path';
import type { Deps } from '../../cli/deps.ts';
import { usageError } from '../../errors.ts';
import type { OptionAdder } from '../../cli/option-adder.ts';
import { type VerbResult, verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import type { Serving } from '../../output/results/sandbox.ts';
import type { Fault } from '../../sandbox/faults.ts';
import type { RATE_LIMITS } from '../../sandbox/infisical/limits.ts';
import type { InfisicalGeneration } from '../../sandbox/infisical/server.ts';
import type { SandboxKind, SandboxOptions } from '../../sandbox/server.ts';

export interface Options {
  readonly kind?: SandboxKind;
  readonly port?: number;
  readonly dialect?: 'update' | 'add';
  readonly generation?: InfisicalGeneration | '2025' | '2026';
  readonly rateLimit?: keyof typeof RATE_LIMITS;
  /** Milliseconds. */
  readonly replicaLag?: number;
  readonly fault?: readonly string[];
  readonly memory?: boolean;
}

const INFISICAL_GENERATIONS = ['current', '2026-07', '2024-10'] as const;
const PROGET_GENERATIONS = ['2025', '2026'] as const;

export const register = verb<Options, Serving>({
  name: 'serve',
  summary: 'Run the sandbox server on 127.0.0.1 until it is interrupted.',
  options: (add) => {
    add.choice('--kind <kind>', 'kind of server', ['proget', 'infisical'], 'proget');
    add.number('--port <n>', 'port to listen on; 0: a free one (default: 8624)', {
      integer: true,
      min: 0,
      max: 65_535,
    });
    add.choice('--dialect <dialect>', 'ProGet: a current server (update) or an older one (add)', [
      'update',
      'add',
    ]);
    addInfisicalOptions(add);
    add.collect(
      '--fault <json>',
      'simulate a fault: a JSON object of which requests it meets (method, path, skip, times: 0 for all) and what it does (latencyMs, status, headers, body, contentType, reset: "before" or "after" the write, truncate: bytes, lateCommitMs, ignore: true); may be repeated',
    );
    add.flag('--memory', 'keep the state in memory only');
    addOutputOptions(add);
  },
  examples: [
    'groupctl sandbox serve --port=8624',
    'groupctl sandbox serve --port=0 --json',
    'groupctl sandbox serve --kind=infisical --rate-limit=free',
    `groupctl sandbox serve --fault='{"path":"groups/update","status":500,"times":1}'`,
  ],
  json: '{"kind","url","apiKey","dialect" or "generation"}',
  exitCodes: [
    [0, 'stopped'],
    [2, 'usage, a port in use, or a damaged state file'],
  ],
  run,
  present: async () => (await import('../../output/results/sandbox.ts')).presentServing,
});

function addInfisicalOptions(add: OptionAdder): void {
  add.choice(
    '--generation <name>',
    'Infisical: current (2026-07) or 2024-10; ProGet: 2025 or 2026',
    [...INFISICAL_GENERATIONS, ...PROGET_GENERATIONS],
  );
  add.choice('--rate-limit <plan>', 'Infisical: limits of 60 s', [
    'free',
    'pro',
    'recorded',
    'recorded-2026',
  ]);
  add.number('--replica-lag <ms>', 'Infisical: replica lag for reads after a write, in ms', {
    integer: true,
    min: 0,
    max: 60_000,
  });
}

/** Starts the server; it runs until the process is stopped. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<Serving>> {
  const { startSandbox } = await import('../../sandbox/server.ts');
  const { RATE_LIMITS: limits } = await import('../../sandbox/infisical/limits.ts');
  const { state } = await deps.paths();
  const { kind = 'proget', port = 8624, dialect = 'update', replicaLag } = options;
  const generations = generationsOf(options);
  const faults = await parse(options.fault ?? []);
  const stateFile = options.memory === true ? undefined : join(state, 'sandbox.json');
  try {
    const server = await startSandbox({
      kind,
      port,
      dialect,
      ...generations,
      faults,
      stateFile,
      ...(options.rateLimit === undefined ? {} : { rateLimit: limits[options.rateLimit] }),
      ...defined({ replicaLagMs: replicaLag }),
    });
    return {
      result: { kind, url: server.url, apiKey: server.apiKey, ...variantOf(options) },
      keepRunning: async () => {
        await aborted(deps.signal);
        await server.close();
      },
    };
  } catch (error) {
    const { sandboxFailure } = await import('../../cli/sandbox-failure.ts');
    throw sandboxFailure(error, stateFile ?? '', port);
  }
}

/**
 * The generation, under the name of its kind's option.
 *
 * @throws usage (2) for one of the other kind
 */
function generationsOf({
  kind = 'proget',
  generation,
}: Options): Pick<SandboxOptions, 'generation' | 'progetGeneration'> {
  if (generation === undefined) return {};
  if (generation === '2025' || generation === '2026') {
    if (kind === 'proget') return { progetGeneration: generation };
  } else if (kind === 'infisical') return { generation };
  const known = kind === 'proget' ? PROGET_GENERATIONS : INFISICAL_GENERATIONS;
  throw usageError(`A sandbox of kind ${kind} takes --generation=${known.join(' or ')}.`);
}

/** Which of the servers of its kind it is. */
function variantOf({
  kind,
  dialect,
  generation,
}: Options): { dialect: string } | { generation: string } {
  if (kind === 'infisical') return { generation: generation ?? 'current' };
  return { dialect: dialect ?? 'update' };
}

async function parse(texts: readonly string[]): Promise<Fault[]> {
  const { parseFaults } = await import('../../sandbox/faults.ts');
  return texts.flatMap((text) => {
    try {
      return parseFaults([JSON.parse(text)]);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'not JSON';
      throw usageError(`--fault takes one JSON object: ${why.replace(/\.$/, '')}.`);
    }
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
