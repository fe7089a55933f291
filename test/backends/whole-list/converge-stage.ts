import { converge } from '../../../src/backends/whole-list/converge.ts';
import type { Convergence, ConvergeOptions } from '../../../src/backends/whole-list/list-port.ts';
import type { ListChange } from '../../../src/domain/merge.ts';
import { GroupctlError } from '../../../src/errors.ts';
import type { HeldLock } from '../../../src/state/lock/held-lock.ts';
import { UNCONTESTED_LOCK } from '../../helpers/lock.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';

/** What the server does with a write: takes it, or fails before or after it has taken it. */
export type WriteAct = 'ok' | { fails: Error; applied?: boolean };

/** The list, the lock and the clock that `converge` works on, and a log of what it did. */
export class Stage {
  readonly clock = new StageClock(1);
  readonly abort = new AbortController();
  /** `time what`, in order. */
  readonly log: string[] = [];
  members: readonly string[];
  readMs = 2;
  writeMs = 10;
  /** What becomes of the next writes and reads; after the last one all goes well. */
  readonly writeActs: WriteAct[] = [];
  readonly readActs: ('ok' | Error)[] = [];
  /** Locks that were taken over, by number; the one held at the start is 0. */
  readonly stolen = new Set<number>();
  lockFails: Error | undefined;
  waitOut: () => Promise<void> = async () => await this.clock.sleep(1000, this.abort.signal);
  beforeWrite: (todo: readonly ListChange[], base: readonly string[]) => Promise<void> = () =>
    Promise.resolve();
  #locks = 0;

  constructor(members: readonly string[]) {
    this.members = members;
  }

  at(time: number, act: () => void): void {
    this.clock.at(time, act);
  }

  /** The lines of the log, without their times, that begin with one of these words. */
  said(...words: string[]): string[] {
    const lines = this.log.map((line) => line.replace(/^\d+ /, ''));
    return lines.filter((line) => words.some((word) => line.startsWith(word)));
  }

  /** The times of the log lines that begin with this word. */
  times(word: string): number[] {
    return this.log.filter((line) => line.includes(` ${word}`)).map((line) => parseInt(line, 10));
  }

  /** Runs from a read that began at 0 and was there at once; throws what `converge` throws. */
  async run(
    changes: readonly ListChange[],
    options: Partial<Pick<ConvergeOptions<ListChange>, 'settleMs' | 'limitMs'>> = {},
  ): Promise<Convergence<ListChange>> {
    const port = {
      read: () => this.#read(),
      write: (members: readonly string[]) => this.#write(members),
      lock: () => this.#lock(),
      waitOut: async () => {
        this.#note('wait');
        await this.waitOut();
      },
    };
    const base = { members: this.members, readAt: 0 };
    const running = converge(port, changes, this.#heldLock(0), base, {
      clock: this.clock,
      settleMs: 0,
      limitMs: 60_000,
      signal: this.abort.signal,
      beforeWrite: (todo, { base }) => this.beforeWrite(todo, base),
      ...options,
    }).then(
      (end) => () => end,
      (error: unknown) => () => {
        throw error;
      },
    );
    await this.clock.run();
    return (await running)();
  }

  async #read(): Promise<readonly string[]> {
    this.#note('read');
    await this.clock.sleep(this.readMs);
    const act = this.readActs.shift() ?? 'ok';
    if (act !== 'ok') throw act;
    return this.members;
  }

  async #write(members: readonly string[]): Promise<void> {
    this.#note(`write ${members.join(',')}`);
    await this.clock.sleep(this.writeMs);
    const act = this.writeActs.shift() ?? 'ok';
    if (act === 'ok' || act.applied === true) this.members = members;
    if (act !== 'ok') throw act.fails;
  }

  #lock(): Promise<HeldLock> {
    this.#note('lock');
    if (this.lockFails !== undefined) return Promise.reject(this.lockFails);
    return Promise.resolve(this.#heldLock(++this.#locks));
  }

  #heldLock(number: number): HeldLock {
    let held = true;
    return {
      ...UNCONTESTED_LOCK,
      isHeld: () => held && !this.stolen.has(number),
      release: () => {
        if (held) this.#note('release');
        held = false;
        return Promise.resolve();
      },
    };
  }

  #note(what: string): void {
    this.log.push(`${this.clock.now()} ${what}`);
  }
}

/** Jitter that a test can set. */
class StageClock extends VirtualClock {
  jitter = 0.5;

  override random(): number {
    return this.jitter;
  }
}

export const add = (member: string): ListChange => ({ op: 'add', member });
export const remove = (member: string): ListChange => ({ op: 'remove', member });

/** The server answered with that status. */
export function answered(status: number): GroupctlError {
  const kind = status === 429 ? 'network' : status === 404 ? 'protocol' : 'refused';
  return new GroupctlError(kind, `The server said ${status}.`, { status, code: `http-${status}` });
}

/** No answer came; the write may have been taken all the same. */
export const cut = (): GroupctlError =>
  new GroupctlError('network', 'The connection was cut.', { code: 'connection-cut' });

/** Nothing answers there, so that nothing was taken. */
export const refusedConnection = (): GroupctlError =>
  new GroupctlError('network', 'Nothing answers.', { code: 'connect-refused' });

export const noGroup = (): GroupctlError =>
  new GroupctlError('not-found', 'There is no such group.', { code: 'no-such-group' });
