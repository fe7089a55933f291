import type { VirtualClock } from './virtual-clock.ts';

/** How long things take on a simulated server, in milliseconds. */
export interface Timing {
  /** When a read that begins now looks at the list, and when its answer is here. */
  read(): { looksAfter: number; answersAfter: number };
  /** When a write that begins now takes effect, and when its answer is here. */
  write(): { commitsAfter: number; answersAfter: number };
}

/** A list that is replaced whole, without versions: of two writers the later one wins. */
export class ListServer {
  readonly #clock: VirtualClock;
  members: readonly string[];
  reads = 0;
  writes = 0;

  constructor(clock: VirtualClock, members: readonly string[]) {
    this.#clock = clock;
    this.members = members;
  }

  async read(timing: Timing): Promise<readonly string[]> {
    this.reads++;
    const { looksAfter, answersAfter } = timing.read();
    let seen = this.members;
    this.#clock.at(this.#clock.now() + looksAfter, () => {
      seen = this.members;
    });
    await this.#clock.sleep(answersAfter);
    return seen;
  }

  async write(members: readonly string[], timing: Timing): Promise<void> {
    this.writes++;
    const { commitsAfter, answersAfter } = timing.write();
    this.#clock.at(this.#clock.now() + commitsAfter, () => {
      this.members = members;
    });
    await this.#clock.sleep(answersAfter);
  }
}

/** A busy server: reads of 2 to 10 ms, writes that take effect after 20 to 120 ms. */
export function busyTiming(clock: VirtualClock, lateShare: number): Timing {
  return {
    read() {
      const answersAfter = clock.between(2, 10);
      return { looksAfter: clock.between(0, answersAfter), answersAfter };
    },
    write() {
      const window = clock.between(20, 120);
      const answersAfter = window + clock.between(0, 5);
      const isLate = clock.random() < lateShare;
      const commitsAfter = isLate ? answersAfter + clock.between(0, 2000) : window;
      return { commitsAfter, answersAfter };
    },
  };
}
