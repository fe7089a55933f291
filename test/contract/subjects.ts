import { createDeps, type Host } from '../../src/cli/deps.ts';
import type { Source } from '../../src/domain/source.ts';
import { Redactor } from '../../src/http/redact.ts';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { temporaryFolder } from '../helpers/cli.ts';
import type { Subject } from './directory-suite.ts';

/** A backend on a sandbox of its own, opened the way a command opens it. */
export async function openSubject(
  sandboxOptions: SandboxOptions,
  source: (url: string, apiKey: string) => Source,
): Promise<Subject> {
  const sandbox = await startSandbox(sandboxOptions);
  const silent = { isTTY: false, write: (): void => undefined };
  const host: Host = {
    env: { GROUPCTL_STATE_DIR: temporaryFolder(), GROUPCTL_CONFIG_DIR: temporaryFolder() },
    platform: 'linux',
    signal: new AbortController().signal,
    clock: { now: () => Date.now(), random: () => 0.5, sleep: async () => undefined },
    io: { stdout: silent, stderr: silent, stdinIsTTY: false, readStdin: async () => Buffer.of() },
  };
  const speech = { format: 'human', quiet: false, verbose: false, color: false } as const;
  const deps = createDeps({ host, speech, version: '0.0.0' }, new Redactor());
  const connection = await deps.connectTo(source(`${sandbox.url}/`, sandbox.apiKey), {});
  return {
    directory: connection.directory,
    writes: async () => {
      const response = await fetch(`${sandbox.url}/_sandbox/requests`);
      const requests = (await response.json()) as { method: string; path: string }[];
      return requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/login'))
        .length;
    },
    close: async () => {
      await connection.close();
      await sandbox.close();
    },
  };
}
