import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built program in a process of its own. */

export const BIN = fileURLToPath(new URL('../../bin/groupctl.js', import.meta.url));

export interface BinResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type BinEnv = Readonly<Record<string, string>>;

/**
 * Starts it; it is killed when the test is over. Nothing of our own GROUPCTL_* reaches it, and it
 * keeps nothing in the home folder.
 */
export function startBin(
  argv: readonly string[],
  env: BinEnv = {},
  options: SpawnOptions & { nodeArgs?: readonly string[] } = {},
): ChildProcess {
  const { nodeArgs = [], ...rest } = options;
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('GROUPCTL_'));
  const child = spawn(process.execPath, [...nodeArgs, BIN, ...argv], {
    env: { ...Object.fromEntries(clean), CI: '', NODE_DISABLE_COMPILE_CACHE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...rest,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What it printed, once it has ended. */
export async function ended(child: ChildProcess): Promise<BinResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs it to its end. */
export async function bin(argv: readonly string[], env: BinEnv = {}): Promise<BinResult> {
  return await ended(startBin(argv, env));
}
