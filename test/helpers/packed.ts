import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program as a user gets it: packed, unpacked somewhere else, run as a process. */
export interface Packed {
  /** A folder of this test's own. */
  readonly folder: string;
  readonly tarball: string;
  /** The unpacked package. */
  readonly root: string;
  readonly bin: string;
  /** Paths in the tarball, without `package/`. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  remove(): void;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface PackReport {
  readonly filename: string;
  readonly files: { path: string; size: number }[];
}

/** Packs the package. The build is the one of the test run: scripts are not run again. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'groupctl-packed-'));
  const report = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const parsed = JSON.parse(report) as PackReport[] | Record<string, PackReport>;
  const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
  if (packed === undefined) throw new Error('npm pack said nothing');
  const tarball = join(folder, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  const root = join(folder, 'package');
  return {
    folder,
    tarball,
    root,
    bin: join(root, 'bin', 'groupctl.js'),
    files: packed.files,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An environment without this machine's own settings. */
export function cleanEnv(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(GROUPCTL_|CI$|NODE_|VITEST|NO_COLOR|FORCE_COLOR)/.test(name) && !/_proxy$/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
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
