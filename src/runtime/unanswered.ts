/** Calls that are under way, so that an end can wait for them. */

export class Unanswered {
  readonly #calls = new Set<Promise<unknown>>();

  get size(): number {
    return this.#calls.size;
  }

  /** The same promise, remembered until it is settled. */
  keep<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    const over = (): void => {
      this.#calls.delete(call);
    };
    call.finally(over).catch(over);
    return call;
  }

  /** Resolves once every call of now is settled, whatever came of it. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }
}
