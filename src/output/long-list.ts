/** A list whose elements are made when they are printed, some at a time. */
export class LongList<T, R = unknown> {
  readonly #from: readonly T[];
  readonly #make: (element: T) => R;

  constructor(from: readonly T[], make: (element: T) => R) {
    this.#from = from;
    this.#make = make;
  }

  get length(): number {
    return this.#from.length;
  }

  slice(from: number, to: number): R[] {
    return this.#from.slice(from, to).map(this.#make);
  }

  /** So that a document is the same wherever it is made into JSON. */
  toJSON(): R[] {
    return this.slice(0, this.length);
  }
}
