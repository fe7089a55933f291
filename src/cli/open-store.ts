import type { Source } from '../domain/source.ts';
import { usageError } from '../errors.ts';
import { fileStore } from '../state/file-store.ts';
import { isSandbox } from '../state/sources/choose.ts';
import type { Store } from '../state/store.ts';
import type { Deps } from './deps.ts';

/** What GROUPCTL_STORE is set to where no shared store is to be used. */
const NONE = 'none';

/** The stores of this run: the state folder, and shared ones. Each is opened once. */
export class Stores {
  readonly #deps: Deps;
  readonly #shared = new Map<string, Store>();
  #files: Store | undefined;
  #warned = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * The one of GROUPCTL_STORE, else of the source, else the state folder. A sandbox is on this machine
   * and uses the state folder.
   *
   * @throws usage (2) `empty-store`, `bad-store`, `two-stores`; config (2) for a file that it names
   */
  async of(source: Pick<Source, 'name' | 'url' | 'sharedStore'> | undefined): Promise<Store> {
    if (source !== undefined && isSandbox(source)) return await this.#stateFolder();
    const set = this.#deps.env['GROUPCTL_STORE']?.trim();
    if (set === '') {
      throw usageError(
        'GROUPCTL_STORE is set and empty.',
        'Set it to the URL of the shared store, to "none" to use no shared store, or unset it.',
        'empty-store',
        { nothingWritten: true },
      );
    }
    const own = source?.sharedStore;
    if (set?.toLowerCase() === NONE) {
      this.#warnOfNone();
      return await this.#stateFolder();
    }
    if (set !== undefined && own !== undefined && source !== undefined) {
      const { assertOneStore } = await import('../state/postgres/url.ts');
      assertOneStore(set, own, source.name);
    }
    if (set !== undefined) return await this.#open(set, 'GROUPCTL_STORE');
    if (own === undefined || source === undefined) return await this.#stateFolder();
    return await this.#open(own, `The shared store of the source "${source.name}"`);
  }

  async close(): Promise<void> {
    for (const store of this.#shared.values()) await store.close();
  }

  async #stateFolder(): Promise<Store> {
    const { processes } = this.#deps;
    return (this.#files ??= fileStore((await this.#deps.paths()).state, processes));
  }

  async #open(url: string, where: string): Promise<Store> {
    const known = this.#shared.get(url);
    if (known !== undefined) return known;
    const { openPostgresStore } = await import('../state/postgres/store.ts');
    const opened = openPostgresStore(url, where, this.#deps);
    this.#shared.set(url, opened);
    return opened;
  }

  #warnOfNone(): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#deps.warn(
      'Warning: GROUPCTL_STORE=none: this run uses no shared store. Runs on other machines neither wait for it nor see it.',
    );
  }
}
