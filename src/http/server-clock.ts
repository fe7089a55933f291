/** Clocks that are further apart are not both right. */
const APART_MS = 24 * 3_600_000;

/** What the `Date` headers of a run's answers say about the clock of this machine. */
export class ServerClock {
  readonly #now: () => number;
  #last: string | undefined;
  #agreed = false;
  #differed = false;

  /** @param now milliseconds since the epoch, by the clock of this machine */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the header of an answer; what is no date says nothing. */
  note(date: string | string[] | undefined): void {
    // Thousands of answers have the same.
    if (typeof date !== 'string' || date === this.#last) return;
    this.#last = date;
    const apart = Math.abs(Date.parse(date) - this.#now());
    if (apart <= APART_MS) this.#agreed = true;
    if (apart > APART_MS) this.#differed = true;
  }

  /** True if there was a date, and none was more than a day from this machine's. */
  get agrees(): boolean {
    return this.#agreed && !this.#differed;
  }
}
