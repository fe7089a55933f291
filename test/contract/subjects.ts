import { setImmediate as turn } from 'node:timers/promises';
import { type Connection, type Host } from '../../src/cli/deps.ts';
import { createDeps } from '../../src/cli/create-deps.ts';
import type { Source } from '../../src/domain/source.ts';
import { Redactor } from '../../src/http/redact.ts';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { temporaryFolder } from '../helpers/cli.ts';
import type { Subject } from './directory-suite.ts';

/** Calls one of the sandbox's own addresses. */
export type Admin = (method: string, path: string, json: unknown) => Promise<void>;

const WRITES = ['POST', 'PUT', 'DELETE'];

/** A backend on a sandbox of its own, opened the way a command opens it. */
export async function openSubject(
  sandboxOptions: SandboxOptions,
  source: (url: string, apiKey: string) => Source,
  more: (admin: Admin) => Partial<Subject> = () => ({}),
): Promise<Subject> {
  const sandbox = await startSandbox(sandboxOptions);
  const silent = { isTTY: false, write: (): void => undefined };
  const host: Host = {
    env: { GROUPCTL_STATE_DIR: temporaryFolder(), GROUPCTL_CONFIG_DIR: temporaryFolder() },
    platform: 'linux',
    signal: new AbortController().signal,
    clock: { now: () => Date.now(), random: () => 0.5, sleep: () => turn() },
    io: { stdout: silent, stderr: silent, stdinIsTTY: false, readStdin: async () => Buffer.of() },
  };
  const output = { format: 'human', quiet: false, verbose: false, color: false } as const;
  const deps = createDeps({ host, output, version: '0.0.0' }, new Redactor());
  const connect = (): Promise<Connection> =>
    deps.connectToSource(source(`${sandbox.url}/`, sandbox.apiKey), {});
  const connection = await connect();
  const admin: Admin = async (method, path, json) => {
    const body = JSON.stringify(json);
    const { status } = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, body });
    if (status !== 204) throw new Error(`${method} ${path}: ${status}`);
  };
  return {
    directory: connection.directory,
    another: async () => (await connect()).directory,
    loseAnswer: () =>
      admin(
        'PUT',
        'faults',
        WRITES.map((method) => ({ method, reset: 'after' })),
      ),
    ...more(admin),
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
