import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { sameName } from '../../domain/names.ts';
import type { Source } from '../../domain/source.ts';
import { errnoOf, GroupctlError, isGroupctlError } from '../../errors.ts';
import { makeFolder } from '../folder.ts';
import { ConfigSchema, firstProblem, fromStored, type StoredSource, toStored } from './schema.ts';

type Config = v.InferOutput<typeof ConfigSchema>;

const DEFAULT = 'Default';

/**
 * The sources in the configuration file (conf, 0600). Every write happens under a lock and starts
 * from a fresh read, so several processes may write at once. A file that cannot be read as what we
 * wrote is never overwritten and never taken for empty.
 */
export class SourceStore {
  readonly #folder: string;
  readonly path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'config.json');
  }

  /** @throws config (2) for a damaged file */
  list(): Source[] {
    return this.#read().sources.map(fromStored);
  }

  find(name: string): Source | undefined {
    return this.list().find((source) => sameName(source.name, name));
  }

  /** The source of `sources default`, else the one named Default; undefined: there is neither. */
  defaultSource(): Source | undefined {
    const { sources, defaultSource = DEFAULT } = this.#read();
    const named = (wanted: string): StoredSource | undefined =>
      sources.find(({ name }) => sameName(name, wanted));
    const stored = named(defaultSource) ?? named(DEFAULT);
    return stored === undefined ? undefined : fromStored(stored);
  }

  async setDefaultSource(name: string): Promise<void> {
    await this.#update((config) => {
      config.defaultSource = name;
    });
  }

  /** Changes the name of a source, in its place; `sources default` follows it. */
  async rename(from: string, to: string): Promise<void> {
    await this.#update((config) => {
      const stored = config.sources.find(({ name }) => sameName(name, from));
      if (stored !== undefined) stored.name = to;
      if (sameName(config.defaultSource ?? DEFAULT, from)) config.defaultSource = to;
    });
  }

  /** Adds a source, or replaces the one of that name; returns the one that was replaced. */
  async save(source: Source): Promise<Source | undefined> {
    return await this.#update((config) => {
      const at = config.sources.findIndex((stored) => sameName(stored.name, source.name));
      const before = config.sources[at];
      if (before === undefined) config.sources.push(toStored(source));
      else config.sources[at] = toStored(source);
      return before === undefined ? undefined : fromStored(before);
    });
  }

  /** Removes a source; undefined when there was none of that name. */
  async remove(name: string): Promise<Source | undefined> {
    // Nothing to remove is nothing to write: neither a folder nor a file is made for it.
    if (this.find(name) === undefined) return undefined;
    return await this.#update((config) => {
      const at = config.sources.findIndex((stored) => sameName(stored.name, name));
      const [removed] = at === -1 ? [] : config.sources.splice(at, 1);
      return removed === undefined ? undefined : fromStored(removed);
    });
  }

  /** Read without conf, which would make the folder and takes as long to load as all the rest. */
  #read(): Config {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { sources: [] };
      throw unreadableError(this.path, error);
    }
    const result = v.safeParse(ConfigSchema, parse(text, this.path));
    if (!result.success) throw damagedConfigError(this.path, firstProblem(result.issues));
    return result.output;
  }

  async #update<T>(change: (config: Config) => T): Promise<T> {
    const { withConfigLock, writeConfig } = await import('./config-writer.ts');
    try {
      makeFolder(this.#folder);
      return await withConfigLock(this.path, () => {
        const config = this.#read();
        const result = change(config);
        writeConfig(this.#folder, config, (text) => parse(text, this.path));
        return result;
      });
    } catch (error) {
      throw unreadableError(this.path, error);
    }
  }
}

function parse(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Editors of Windows may have put a byte order mark before it.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw damagedConfigError(path, jsonProblem(text, error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damagedConfigError(path, 'the top level should be an object');
  }
  return value as Record<string, unknown>;
}

/** Where the JSON breaks off, by line; the parser's own message would quote what is there. */
function jsonProblem(text: string, error: unknown): string {
  if (text.trim() === '') return 'it is empty';
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return 'it ends too early or is no JSON';
  return `it is no JSON from line ${text.slice(0, Number(position)).split('\n').length} on`;
}

function damagedConfigError(path: string, problem: string): GroupctlError {
  return new GroupctlError('config', `The configuration file is damaged: ${path}: ${problem}.`, {
    code: 'config-damaged',
    hint: 'It was left as it is. Fix it, or move it away and add the sources again.',
    details: { path },
  });
}

function unreadableError(path: string, error: unknown): GroupctlError {
  if (isGroupctlError(error)) return error;
  const why = errnoOf(error) ?? 'error';
  return new GroupctlError('config', `Cannot use the configuration file ${path} (${why}).`, {
    code: 'config-unusable',
    hint: 'Check the rights of the file and its folder, or set GROUPCTL_CONFIG_DIR.',
    details: { path },
    cause: error,
  });
}
