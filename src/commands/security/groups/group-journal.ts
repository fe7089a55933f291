import type { GroupWrite } from '../../../backends/port.ts';
import type { Deps, WriteOptions } from '../../../deps.ts';
import type { Group } from '../../../domain/group.ts';
import type { Source } from '../../../domain/source.ts';
import { asGroupctlError } from '../../../errors.ts';
import type { Journal } from '../../../store/journal.ts';

export const GROUP_JSON =
  '{"schema":1,"source","kind","group":{"name"},"dryRun","op","outcome","run"?}\noutcome: created, deleted, already-absent, planned';

/** The journal of a command that creates or deletes a group. */
export class GroupJournal implements GroupWrite {
  readonly #open: () => Promise<Journal | undefined>;
  readonly #now: () => number;
  #journal: Journal | undefined;

  constructor(
    command: string,
    source: Source,
    group: Group,
    options: Pick<WriteOptions, 'journal'>,
    deps: Deps,
  ) {
    this.#now = () => deps.clock.now();
    const { name: sourceName, kind, url } = source;
    this.#open = async () =>
      options.journal === false
        ? undefined
        : await deps.openJournal({ source: sourceName, kind, url, group, command, rows: [] });
  }

  async beforeSend(intent: { call: string; members?: readonly string[] }): Promise<void> {
    this.#journal ??= await this.#open();
    const { call, members } = intent;
    this.#journal?.intent(
      members === undefined ? { call } : { call, before: members },
      this.#now(),
    );
  }

  /** Runs the write and closes the journal with how it ended. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#journal?.end({ exit: 0 }, this.#now());
      return result;
    } catch (error) {
      const { exitCode, code } = asGroupctlError(error);
      this.#journal?.end({ exit: exitCode, error: code }, this.#now());
      throw error;
    }
  }

  get run(): { run?: string } {
    return this.#journal === undefined ? {} : { run: this.#journal.run };
  }
}
