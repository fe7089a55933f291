import type { Connection, Deps } from '../../../cli/deps.ts';
import { foldName } from '../../../domain/names.ts';
import { usageError } from '../../../errors.ts';
import type { ServerRef, ServersOptions } from '../servers.ts';
import { closeQuietly } from '../../with-connection.ts';

/** The connections of one offboarding, each opened once: some logins may be used a few times only. */
export class Connections {
  readonly #options: ServersOptions;
  readonly #deps: Deps;
  /** By the name of the source. */
  readonly #open = new Map<string, Promise<Connection>>();

  constructor(options: ServersOptions, deps: Deps) {
    this.#options = options;
    this.#deps = deps;
  }

  async of(server: ServerRef): Promise<Connection> {
    if (server.source !== undefined) return await this.#once(server.source, () => server.open());
    const connection = await server.open();
    return await this.#once(connection.source.name, () => Promise.resolve(connection));
  }

  /** Another source of the configuration, with credentials of its own. */
  async to(name: string): Promise<Connection> {
    return await this.#once(name, async () => {
      const source = (await this.#deps.sources()).find(name);
      if (source === undefined) throw usageError(`There is no source named "${name}".`);
      return await this.#deps.connectToSource(source, this.#options);
    });
  }

  async close(): Promise<void> {
    for (const opening of this.#open.values()) {
      await closeQuietly(await opening.catch(() => undefined), this.#deps);
    }
  }

  #once(name: string, open: () => Promise<Connection>): Promise<Connection> {
    const key = foldName(name);
    const opening = this.#open.get(key) ?? open();
    this.#open.set(key, opening);
    return opening;
  }
}
