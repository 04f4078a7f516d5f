/** A binary heap: of what is added, the entry with the lowest key is taken first. */

export class Heap<T extends { key: number }> {
  readonly #entries: T[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The one that would be taken. */
  get first(): T | undefined {
    return this.#entries[0];
  }

  add(entry: T): void {
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent] as T;
      if (above.key <= entry.key) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  take(): T | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && (entries[child + 1] as T).key < (entries[child] as T).key) child += 1;
      const below = entries[child] as T;
      if (below.key >= last.key) break;
      entries[at] = below;
      at = child;
    }
    entries[at] = last;
    return first;
  }
}
