/** A list whose elements are made when they are printed, some at a time. */
export class LongList<T> {
  readonly #from: readonly T[];
  readonly #make: (element: T) => unknown;

  constructor(from: readonly T[], make: (element: T) => unknown) {
    this.#from = from;
    this.#make = make;
  }

  get length(): number {
    return this.#from.length;
  }

  slice(from: number, to: number): unknown[] {
    return this.#from.slice(from, to).map(this.#make);
  }

  /** So that a document is the same wherever it is made into JSON. */
  toJSON(): unknown[] {
    return this.slice(0, this.length);
  }
}
