import { join } from 'node:path';
import type { AppCommand } from '../../command.ts';
import type { Deps } from '../../deps.ts';
import { usageError } from '../../errors.ts';
import { type Done, registerLeaf, type Start } from '../../leaf.ts';
import { addOutputOptions } from '../../options.ts';
import { presentServing, type Serving } from '../../output/sandbox.ts';
import type { Fault } from '../../sandbox/faults.ts';

export interface Options {
  readonly port?: number;
  readonly dialect?: 'update' | 'add';
  readonly fault?: readonly string[];
  readonly memory?: boolean;
}

export function register(parent: AppCommand, start: Start): void {
  registerLeaf<Options, Serving>(parent, start, {
    name: 'serve',
    summary: 'Run the sandbox server on 127.0.0.1 until it is interrupted.',
    options: (add) => {
      add.number('--port <n>', 'port to listen on; 0 is a free one (8624)', {
        integer: true,
        min: 0,
        max: 65_535,
      });
      add.choice('--dialect <dialect>', "today's server (update) or the older one (add)", [
        'update',
        'add',
      ]);
      add.collect(
        '--fault <json>',
        'misbehave: {"method","path","skip","times","latencyMs","status","headers","body","reset","truncate","lateCommitMs","ignore"}; may be repeated',
      );
      add.flag('--memory', 'keep the state in memory, apart from --source=sandbox');
      addOutputOptions(add);
    },
    examples: [
      'groupctl sandbox serve --port=8624',
      'groupctl sandbox serve --port=0 --json',
      `groupctl sandbox serve --fault='{"path":"groups/update","status":500,"times":1}'`,
    ],
    json: '{"kind","url","apiKey","dialect"}',
    exitCodes: [
      [0, 'stopped'],
      [2, 'usage, a port in use, or a damaged state file'],
    ],
    run,
    present: presentServing,
  });
}

/** Starts the server; it runs until the process is told to stop. */
export async function run(options: Options, deps: Deps): Promise<Done<Serving>> {
  const { startSandbox } = await import('../../sandbox/server.ts');
  const { state } = await deps.paths();
  const port = options.port ?? 8624;
  const dialect = options.dialect ?? 'update';
  const faults = await parse(options.fault ?? []);
  const stateFile = options.memory === true ? undefined : join(state, 'sandbox.json');
  try {
    const server = await startSandbox({ kind: 'proget', port, dialect, faults, stateFile });
    return {
      result: { kind: 'proget', url: server.url, apiKey: server.apiKey, dialect },
      until: async () => {
        await aborted(deps.signal);
        await server.close();
      },
    };
  } catch (error) {
    const { sandboxFailure } = await import('../../store/sandbox-failure.ts');
    throw sandboxFailure(error, stateFile ?? '', port);
  }
}

async function parse(texts: readonly string[]): Promise<Fault[]> {
  const { parseFaults } = await import('../../sandbox/faults.ts');
  return texts.flatMap((text) => {
    try {
      return parseFaults([JSON.parse(text)]);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'not JSON';
      throw usageError(`--fault takes one JSON object: ${why}.`);
    }
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
