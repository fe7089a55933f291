/** Rows that several workers make and one reader takes, in the order they came. */
export class Outbox<T> implements AsyncIterator<T, undefined> {
  #items: T[] = [];
  #taken = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  put(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next row, as soon as there is one. By hand: a generator takes several turns for each. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#taken < this.#items.length) {
      const value = this.#items[this.#taken++] as T;
      return Promise.resolve({ value, done: false });
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    this.#items = [];
    this.#taken = 0;
    return new Promise<void>((resolve) => (this.#wake = resolve)).then(() => this.next());
  }
}
