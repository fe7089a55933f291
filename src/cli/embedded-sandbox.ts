import { join } from 'node:path';
import type { Source } from '../domain/source.ts';
import type { SandboxKind } from '../sandbox/server.ts';
import type { Deps } from './deps.ts';

/** Starts the sandbox of a source in this process, on a free port. */
export async function openSandbox(
  { kind }: Source,
  deps: Deps,
): Promise<{ url: string; apiKey: string; close(): Promise<void> }> {
  const { startSandbox } = await import('../sandbox/server.ts');
  const stateFile = join((await deps.paths()).state, 'sandbox.json');
  try {
    // Only the kinds that have a sandbox have a source with such a URL.
    return await startSandbox({ kind: kind as SandboxKind, stateFile });
  } catch (error) {
    const { sandboxFailure } = await import('./sandbox-failure.ts');
    throw sandboxFailure(error, stateFile);
  }
}
