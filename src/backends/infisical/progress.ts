import type { Clock } from '../../http/deadline.ts';
import { lengthInWords } from './token.ts';

/** How far a long run is, and how long it will still take: said now and then. */

const EVERY_MS = 10_000;

export class Progress {
  readonly #clock: Clock;
  readonly #total: number;
  readonly #say: (message: string) => void;
  readonly #startedAt: number;
  #saidAt: number;
  #done = 0;

  constructor(clock: Clock, total: number, say: (message: string) => void) {
    this.#clock = clock;
    this.#total = total;
    this.#say = say;
    this.#startedAt = clock.now();
    this.#saidAt = this.#startedAt;
  }

  /** One more row has its answer. */
  step(): void {
    this.#done++;
    const now = this.#clock.now();
    if (now - this.#saidAt < EVERY_MS || this.#done >= this.#total) return;
    this.#saidAt = now;
    const left = ((now - this.#startedAt) / this.#done) * (this.#total - this.#done);
    this.#say(`${this.#done} of ${this.#total} done; about ${lengthInWords(left)} left.`);
  }
}
