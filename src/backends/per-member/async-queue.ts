/** Rows that several workers make and one reader takes, in the order they came. */
export class AsyncQueue<T> implements AsyncIterator<readonly T[], undefined> {
  #items: T[] = [];
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

  /** All rows that there are, as soon as there is one. */
  async next(): Promise<IteratorResult<readonly T[], undefined>> {
    while (this.#items.length === 0) {
      if (this.#ended) return { value: undefined, done: true };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const value = this.#items;
    this.#items = [];
    return { value, done: false };
  }
}
