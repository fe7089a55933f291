import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { foldName, sameName } from '../../domain/names.ts';
import { harmless, inQuotes } from '../../domain/shorten.ts';
import type { Source } from '../../domain/source.ts';
import { errnoOf, GroupctlError } from '../../errors.ts';
import { makeFolder } from '../folder.ts';
import { damagedConfigError, parse, unreadableError } from './config-errors.ts';
import {
  ConfigSchema,
  firstProblem,
  fromStored,
  type StoredSource,
  toStored,
  unknownFields,
} from './schema.ts';

type Config = v.InferOutput<typeof ConfigSchema>;

const DEFAULT = 'Default';

/** What a caller has seen of a source that it changes: undefined is none of that name. */
export interface Seen {
  readonly before: Source | undefined;
}

/**
 * The sources in the configuration file (conf, 0600). Every write happens under a lock and starts
 * from a fresh read, so several processes may write at once. A file that cannot be read as what groupctl
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
    const stored = storedNamed(sources, defaultSource) ?? storedNamed(sources, DEFAULT);
    return stored === undefined ? undefined : fromStored(stored);
  }

  /** @throws config (2) `source-changed` */
  async setDefaultSource(name: string): Promise<void> {
    await this.#update((config) => {
      if (storedNamed(config.sources, name) === undefined) throw changedError(name);
      config.defaultSource = name;
    });
  }

  /**
   * Changes the name of a source, in its place; `sources default` follows it.
   *
   * @throws config (2) `source-changed`
   */
  async rename(from: string, to: string): Promise<void> {
    await this.#update((config) => {
      const stored = storedNamed(config.sources, from);
      const other = storedNamed(config.sources, to);
      if (stored === undefined) throw changedError(from);
      if (other !== undefined && other !== stored) throw changedError(to, 'added');
      stored.name = to;
      if (sameName(config.defaultSource ?? DEFAULT, from)) config.defaultSource = to;
    });
  }

  /**
   * Adds a source, or replaces the one of that name; returns the one that was replaced.
   *
   * @param seen saves it only if this is still so, and keeps what groupctl does not know of the source
   * @throws config (2) `source-changed`: another process has written the source since
   */
  async save(source: Source, seen?: Seen): Promise<Source | undefined> {
    return await this.#update(({ sources }) => {
      const stored = storedNamed(sources, source.name);
      const replaced = stored === undefined ? undefined : fromStored(stored);
      if (seen !== undefined && !isDeepStrictEqual(replaced, seen.before)) {
        throw changedError(source.name, seen.before === undefined ? 'added' : undefined);
      }
      const kept = stored === undefined || seen === undefined ? {} : unknownFields(stored);
      const saved = { ...toStored(source), ...kept };
      if (stored === undefined) sources.push(saved);
      else sources[sources.indexOf(stored)] = saved;
      return replaced;
    });
  }

  /** Removes a source, also as the one of `sources default`; undefined when there was none of that name. */
  async remove(name: string): Promise<Source | undefined> {
    // Nothing to remove is nothing to write: neither a folder nor a file is made for it.
    if (this.find(name) === undefined) return undefined;
    return await this.#update((config) => {
      const removed = storedNamed(config.sources, name);
      if (removed === undefined) return undefined;
      config.sources.splice(config.sources.indexOf(removed), 1);
      forgetMissingDefault(config);
      return fromStored(removed);
    });
  }

  /**
   * The file is replaced by one beside it, and its lock is there, too: where the lock can be taken, it can be saved.
   *
   * @throws config (2) `config-unusable`; safety (8) `locked`
   */
  async assertWritable(): Promise<void> {
    await this.#locked(() => undefined);
  }

  /** Read without conf, which would make the folder and takes as long to load as all the rest. */
  #read(): Config {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { sources: [] };
      throw unreadableError(this.path, error);
    }
    // A character that is replaced may be one of a password.
    if (!isUtf8(bytes)) throw damagedConfigError(this.path, 'it is not UTF-8');
    const result = v.safeParse(ConfigSchema, parse(bytes.toString('utf8'), this.path));
    if (!result.success) throw damagedConfigError(this.path, firstProblem(result.issues));
    const { sources } = result.output;
    const twin = twinOf(sources);
    if (twin !== undefined) {
      const name = inQuotes(harmless(twin.name));
      throw damagedConfigError(this.path, `two sources are named ${name} (case does not count)`);
    }
    return result.output;
  }

  async #update<T>(change: (config: Config) => T): Promise<T> {
    const { writeConfig } = await import('./config-writer.ts');
    return await this.#locked(() => {
      const config = this.#read();
      forgetMissingDefault(config);
      const result = change(config);
      writeConfig(this.#folder, config, (text) => parse(text, this.path));
      return result;
    });
  }

  /** Makes the folder, and the lock in it. */
  async #locked<T>(work: () => T): Promise<T> {
    const { withConfigLock } = await import('./config-writer.ts');
    try {
      makeFolder(this.#folder);
      return await withConfigLock(this.path, work);
    } catch (error) {
      throw unreadableError(this.path, error);
    }
  }
}

function storedNamed(sources: readonly StoredSource[], name: string): StoredSource | undefined {
  return sources.find((source) => sameName(source.name, name));
}

/** A default that names no source is none: a new source of that name must not become it. */
function forgetMissingDefault(config: Config): void {
  const { sources, defaultSource } = config;
  if (defaultSource === undefined || storedNamed(sources, defaultSource) !== undefined) return;
  delete config.defaultSource;
}

/** A source that has the name of one before it: only an editor can have written it. */
function twinOf(sources: readonly StoredSource[]): StoredSource | undefined {
  const names = new Set<string>();
  return sources.find(({ name }) => names.size === names.add(foldName(name)).size);
}

function changedError(name: string, how = 'changed or removed'): GroupctlError {
  return new GroupctlError(
    'config',
    `Another groupctl has ${how} the source "${name}" in the meantime. This change was not saved.`,
    { code: 'source-changed', hint: 'See: groupctl sources list' },
  );
}
