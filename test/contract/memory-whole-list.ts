import type { ChangeOptions } from '../../src/backends/change-port.ts';
import { changeWholeList } from '../../src/backends/whole-list/change-whole-list.ts';
import type { ListPort } from '../../src/backends/whole-list/list-port.ts';
import { lockList } from '../../src/backends/whole-list/lock-list.ts';
import type { MemberChange } from '../../src/domain/change.ts';
import type { Group } from '../../src/domain/group.ts';
import type { MemberOutcome } from '../../src/domain/outcome.ts';
import type { Clock } from '../../src/http/deadline.ts';
import { MemoryDirectory, type MemoryServer, userNamed } from './memory-server.ts';

/** A kind of server whose one call replaces all members of a group (docs/writing-backends.md). */
export class MemoryWholeList extends MemoryDirectory {
  readonly readsAllMembers = true;
  readonly verifiesLater = false;
  protected readonly groupFirst = false;
  readonly memberTypes = ['user'] as const;
  readonly #clock: Clock;

  constructor(server: MemoryServer, clock: Clock) {
    super(server);
    this.#clock = clock;
  }

  async *changeMembers(
    { name }: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]> {
    const port = this.#port(name);
    try {
      const lock = options.dryRun ? undefined : (this.held ?? (await port.lock()));
      const base = { readAt: this.#clock.now(), members: await port.read() };
      const writerFor = (): { call: string; port: ListPort } => ({ call: 'PUT members', port });
      const list = { name, lock, base, writerFor, onReport: () => undefined };
      const times = { clock: this.#clock, settleMs: 0, settleLimitMs: 60_000 };
      yield* changeWholeList(list, changes, options, times);
    } finally {
      await this.release();
    }
  }

  #port(group: string): ListPort {
    const { server } = this;
    const read = async (): Promise<string[]> => server.members(group).map(({ member }) => member);
    return {
      read,
      async write(members, _changes, onSend) {
        onSend();
        server.write(() => server.groups.set(group, members.map(userNamed)));
      },
      lock: () => lockList(() => server.lock(), read),
      waitOut: async () => undefined,
    };
  }
}
