import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './folder.ts';

/**
 * The names of the groups that were last read from each source, for completion in the shell. Nothing
 * depends on them: what cannot be read is empty, and what cannot be written is left out.
 */

const MAX_SOURCES = 50;
const MAX_NAMES = 5000;

type Names = Readonly<Record<string, readonly string[]>>;

function pathIn(stateFolder: string): string {
  return join(stateFolder, 'cache', 'group-names.json');
}

/** The names of one source, as they were last read; none if it was never asked. */
export function readGroupNames(stateFolder: string, source: string): readonly string[] {
  return readAll(stateFolder)[source] ?? [];
}

/** Keeps the names of one source, if they have changed. */
export function keepGroupNames(
  stateFolder: string,
  source: string,
  names: readonly string[],
): void {
  const { [source]: before, ...others } = readAll(stateFolder);
  const kept = names.slice(0, MAX_NAMES);
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(kept)) return;
  // The source that was asked last comes last, so the oldest goes first.
  const latest = [...Object.entries(others), [source, kept] as const].slice(-MAX_SOURCES);
  const path = pathIn(stateFolder);
  const fresh = `${path}.${uniqueEnding()}`;
  try {
    makeFolder(join(stateFolder, 'cache'));
    writeFileSync(fresh, JSON.stringify(Object.fromEntries(latest)), { mode: 0o600 });
    renameSync(fresh, path);
  } catch {
    rmSync(fresh, { force: true });
  }
}

/** Two processes must not write the same new file. */
function uniqueEnding(): string {
  return Math.random().toString(36).slice(2);
}

function readAll(stateFolder: string): Names {
  try {
    const value: unknown = JSON.parse(readFileSync(pathIn(stateFolder), 'utf8'));
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const isNames = (names: unknown): names is string[] =>
      Array.isArray(names) && names.every((name) => typeof name === 'string');
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string[]] => isNames(entry[1])),
    );
  } catch {
    return {};
  }
}
