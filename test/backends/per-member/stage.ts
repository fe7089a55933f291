import { deliver, type Delivery } from '../../../src/backends/per-member/deliver.ts';
import type {
  MemberLookup,
  MemberStore,
  RefusalScope,
  Sending,
} from '../../../src/backends/per-member/member-store.ts';
import type { ChangeOptions, WriteIntent } from '../../../src/backends/change-port.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import { type ErrorFacts, type ErrorKind, GroupctlError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/http/deadline.ts';
import type { SentWrite } from '../../../src/state/lock/in-flight.ts';

/** What the log says of the calls. */
const METHODS = { add: 'POST', remove: 'DELETE' } as const;

/** A store whose answers a test scripts, and what the engine did with it. */

export const addOf = (member: string, more: Partial<MemberChange> = {}): MemberChange => ({
  op: 'add',
  type: 'user',
  member,
  requested: member,
  ...more,
});

export const removalOf = (member: string): MemberChange => addOf(member, { op: 'remove' });

export const isThere = (name: string, isMember: boolean): MemberLookup => ({
  kind: 'one',
  name,
  isMember,
  user: { id: `id of ${name}` },
});

export function failure(
  kind: ErrorKind,
  code: string,
  facts: Omit<ErrorFacts, 'code'> = {},
): GroupctlError {
  return new GroupctlError(kind, `Failed: ${code}.`, { code, ...facts });
}

/** No answer: the call may have taken effect. */
export const RESET = failure('network', 'reset');
/** There was no connection. */
export const REFUSED = failure('network', 'connect-refused');

/** What becomes of a write: it is answered, turned away before it is sent, or fails after it was sent. */
export type WriteAct = 'ok' | { readonly fails: GroupctlError; readonly unsent?: boolean };

export class Stage {
  readonly log: string[] = [];
  readonly waits: number[] = [];
  readonly abort = new AbortController();
  readonly warnings: string[] = [];
  /** What becomes of the next writes; after the last one all goes well. */
  readonly writes: WriteAct[] = [];
  /** What the next reads show of each name; after the last one the last again. */
  readonly reads: (Readonly<Record<string, MemberLookup>> | GroupctlError)[] = [];
  scope: Partial<RefusalScope> = {};
  beforeSend: (intent: WriteIntent) => Promise<void> = () => Promise.resolve();
  unaddressable: (name: string) => string | undefined = () => undefined;
  now = 0;

  readonly clock: Clock = {
    now: () => this.now,
    random: () => 1,
    sleep: (ms) => {
      this.waits.push(ms);
      this.now += ms;
      return Promise.resolve();
    },
  };

  readonly store: MemberStore = {
    call: (op) => `${METHODS[op]} members`,
    lookUp: (_, names, options) =>
      this.#read(options?.interruptible === false ? 'read back' : 'read', names),
    members: () => Promise.resolve([]),
    unaddressable: (name) => this.unaddressable(name),
    write: async (op, _, name, sending: Sending) => {
      await sending.before();
      const act = this.writes.shift() ?? 'ok';
      if (act !== 'ok' && act.unsent === true) throw act.fails;
      sending.sent?.();
      this.log.push(`${METHODS[op]} ${name}`);
      if (act === 'ok') return { username: `answered ${name}` };
      throw act.fails;
    },
  };

  get refusals(): RefusalScope {
    return {
      isAboutCredentials: () => false,
      isAboutGroup: () => false,
      saysAlready: () => false,
      saysNobody: () => false,
      isTwinAdd: () => false,
      isAboutKind: () => false,
      endsWholeRun: () => false,
      ...this.scope,
    };
  }

  /** The marks of calls in flight, in the log. */
  mark(): SentWrite {
    return {
      answered: () => this.log.push('mark: answered'),
      neverLeft: () => this.log.push('mark: never left'),
      landed: () => this.log.push('mark: landed'),
    };
  }

  async deliver(change: MemberChange): Promise<Delivery> {
    const { clock, refusals, abort } = this;
    return await deliver(change, this.store, {
      groupId: 'g1',
      groupName: 'QA',
      clock,
      refusals,
      signal: abort.signal,
      beforeSend: (intent) => this.beforeSend(intent),
      mark: () => this.mark(),
      intentFailed: () => this.log.push('intent failed'),
    });
  }

  options(more: Partial<ChangeOptions> = {}): ChangeOptions {
    return {
      dryRun: false,
      signal: this.abort.signal,
      beforeSend: (intent) => this.beforeSend(intent),
      verifyBase: () => undefined,
      warn: (message) => this.warnings.push(message),
      ...more,
    };
  }

  async #read(what: string, names: readonly string[]): Promise<Map<string, MemberLookup>> {
    this.log.push(`${what} ${names.join(' ')}`);
    const shown = this.reads.length > 1 ? this.reads.shift() : this.reads[0];
    if (shown instanceof GroupctlError) throw shown;
    return new Map(names.flatMap((name) => (shown?.[name] ? [[name, shown[name]]] : [])));
  }
}
