import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Package } from './build.ts';

/** The program as a user gets it: packed, unpacked somewhere else, run as a process. */
export interface Packed extends Package {
  /** A folder of this test's own. */
  readonly folder: string;
  readonly bin: string;
  /** Removes the folder. The package stays, for the other tests. */
  remove(): void;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The package of this test run (build.ts), and a folder for what the test makes. */
export function pack(): Packed {
  const shared = inject('package');
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-packed-'));
  return {
    ...shared,
    folder,
    bin: join(shared.root, 'bin', 'groupctl.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An environment without this machine's own settings. */
export function cleanEnv(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(GROUPCTL_|CI$|NODE_|VITEST|NO_COLOR|FORCE_COLOR)/.test(name) && !/_proxy$/i.test(name),
  );
  return { ...Object.fromEntries(kept), NODE_DISABLE_COMPILE_CACHE: '1', ...extra };
}

/** Starts a process and gives it back while it runs, with its end as a promise. */
export function start(
  bin: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  node = process.execPath,
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(node, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  // A chunk may end in the middle of a character.
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

/**
 * Interrupts a process until it ends, where one interrupt alone does not end it. Two of them one
 * right after the other may reach it as one.
 */
export async function interruptTwice(
  child: ChildProcess,
  finished: Promise<Finished>,
): Promise<Finished> {
  child.kill('SIGINT');
  const again = setInterval(() => child.kill('SIGINT'), 50);
  try {
    return await finished;
  } finally {
    clearInterval(again);
  }
}

export interface Served {
  readonly url: string;
  readonly apiKey: string;
  stop(): Promise<Finished>;
}

/** `sandbox serve` as a process of its own, on a free port. */
export async function serveSandbox(
  bin: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = ['--memory'],
): Promise<Served> {
  const { child, finished } = start(bin, ['sandbox', 'serve', '--port=0', '--json', ...args], env);
  let text = '';
  const ready = new Promise<{ url: string; apiKey: string }>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.trimEnd().endsWith('}'))
        resolve(JSON.parse(text) as { url: string; apiKey: string });
    });
    void finished.then(({ stderr }) => reject(new Error(`the sandbox stopped: ${stderr}`)), reject);
  });
  const { url, apiKey } = await ready;
  return {
    url,
    apiKey,
    stop: () => {
      child.kill('SIGTERM');
      return finished;
    },
  };
}
