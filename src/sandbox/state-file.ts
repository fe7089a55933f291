/** The state file: read without a lock, changed under one, replaced by rename. */
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../state/folder.ts';
import { removeFutureLock } from '../state/lock/future-lock.ts';
import { faultOfInfisicalState } from './infisical/model.ts';
import { seedInfisical } from './infisical/seed.ts';
import { faultOfProGetState, type SandboxState } from './model.ts';
import { isRecord } from './values.ts';
import { seedProGet, seedState, STATE_VERSION } from './seed.ts';

const LOCK_STALE_MS = 10_000;
const LOCK_WAIT_MS = 30_000;

/**
 * File times are as coarse as the kernel's tick, and inode numbers come back at once: a file that
 * was read this soon after it was written may have been replaced since without looking different.
 */
const FRESH_NS = 100_000_000n;

interface Stamp {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

interface Copy {
  readonly state: SandboxState;
  readonly text: string;
  /** Missing where the file is missing, or too fresh to be recognised again. */
  readonly stamp: Stamp | undefined;
}

/** One state file, as one process sees it. */
export class FileState {
  readonly #path: string;
  #copy: Copy | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Looks at the state as it was last written. */
  async read<T>(look: (state: SandboxState) => T): Promise<T> {
    const copy = await load(this.#path, this.#copy);
    this.#copy = copy;
    return look(copy.state);
  }

  /** Changes the state; resolves once the file holds the change. */
  update<T>(change: (state: SandboxState) => T): Promise<T> {
    // Queueing here spares this process's requests from competing for the lock with each other.
    const done = this.#queue.then(() => this.#update(change));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #update<T>(change: (state: SandboxState) => T): Promise<T> {
    return withLock(this.#path, async (assertHeld) => {
      // Read again, not taken from the copy, which others may be reading meanwhile.
      const { state, text } = await load(this.#path, undefined);
      const result = change(state);
      const next = JSON.stringify(state);
      if (next !== text) {
        assertHeld();
        await write(this.#path, next);
      }
      return result;
    });
  }
}

/** Writes a seeded state over whatever is there. */
export function writeSeed(path: string): Promise<void> {
  return withLock(path, () => write(path, JSON.stringify(seedState())));
}

async function load(path: string, known: Copy | undefined): Promise<Copy> {
  if (known?.stamp !== undefined) {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now !== undefined && sameStamp(known.stamp, now)) return known;
  }
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { state: seedState(), text: '', stamp: undefined };
  }
  try {
    // From the handle, so that time and content belong to the same file even if it is replaced now.
    const { ino, size, mtimeNs } = await file.stat({ bigint: true });
    const text = await file.readFile('utf8');
    const settled = BigInt(Date.now()) * 1_000_000n - mtimeNs > FRESH_NS;
    return {
      state: parseState(text, path),
      text,
      stamp: settled ? { ino, size, mtimeNs } : undefined,
    };
  } finally {
    await file.close();
  }
}

function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function parseState(text: string, path: string): SandboxState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, 'it is not JSON');
  }
  if (!isRecord(value)) throw damaged(path, 'it is not an object');
  if (value['version'] !== STATE_VERSION) {
    throw damaged(path, `its version is not ${STATE_VERSION}`);
  }
  // A file of an earlier version, or one that only another kind of sandbox has used so far.
  const proget = value['proget'] ?? seedProGet();
  const infisical = withSubOrganizations(value['infisical'] ?? seedInfisical());
  const fault = faultOfProGetState(proget) ?? faultOfInfisicalState(infisical);
  if (fault !== undefined) throw damaged(path, fault);
  return { ...value, version: STATE_VERSION, proget, infisical } as SandboxState;
}

/** A file of an earlier version knows no sub-organizations. */
function withSubOrganizations(infisical: unknown): unknown {
  if (!isRecord(infisical) || 'organizations' in infisical) return infisical;
  return { ...infisical, organizations: [] };
}

/** `problem` is the sentence without advice. */
function damaged(path: string, why: string): Error {
  const problem = `The sandbox's state file ${path} cannot be used: ${why}.`;
  const error = new Error(`${problem} Start over with: groupctl sandbox reset`);
  return Object.assign(error, { code: 'SANDBOX_STATE_DAMAGED', problem });
}

async function write(path: string, text: string): Promise<void> {
  // Loaded here because the package hooks the process's exit as soon as it is loaded.
  const { writeFile } = await import('atomically');
  await writeFile(path, text, { fsync: false, mode: 0o600 });
}

async function withLock<T>(path: string, work: (assertHeld: () => void) => Promise<T>): Promise<T> {
  makeFolder(dirname(path));
  let lost = false;
  const release = await lock(path, () => {
    lost = true;
  });
  try {
    return await work(() => {
      if (lost) throw new Error(`The lock of the sandbox's state file ${path} was lost`);
    });
  } finally {
    // A lock that was lost, or removed with its folder, is no reason to fail what is done.
    await release().catch(() => undefined);
  }
}

async function lock(path: string, onLost: () => void): Promise<() => Promise<void>> {
  const { lock: acquire } = (await import('proper-lockfile')).default;
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      const options = { realpath: false, stale: LOCK_STALE_MS, retries: 0, onCompromised: onLost };
      return await acquire(path, options);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // EPERM is Windows, where a folder that is just being removed cannot be made.
      if (code !== 'ELOCKED' && code !== 'EPERM') throw error;
      if (performance.now() > deadline && !removeFutureLock(path)) {
        throw new Error(
          `The sandbox's state file ${path} is locked by another process (waited ${LOCK_WAIT_MS / 1000} s)`,
          { cause: error },
        );
      }
    }
    await sleep(5 + Math.random() * 20);
  }
}
