/** Figures as a process keeps them: counting costs a look into a map, and whoever scrapes pays for the text. */

/** By the values of its labels, in the order of the table. */
export type Sample = readonly [labels: readonly string[], value: number];
export type Spread = readonly [labels: readonly string[], state: HistogramState];

/** Behind so many values of a label the rest go together: whoever scrapes keeps a series for each, for months. */
export const MOST_VALUES = 500;
export const REST = '_other';

/** Keeps the values of a label few: the first ones by name, all others as one. */
export class Values {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most = MOST_VALUES) {
    this.#most = most;
  }

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#most) return REST;
    this.#known.add(value);
    return value;
  }
}

export interface Count {
  value: number;
}

/** What is counted, by labels. */
export class Counts {
  readonly #cells = new Map<string, { labels: readonly string[]; value: number }>();

  /** `known`: those that stand at 0 until something is counted. */
  constructor(known: readonly (readonly string[])[] = []) {
    for (const labels of known) this.of(...labels);
  }

  of(...labels: string[]): Count {
    const key = keyOf(labels);
    let cell = this.#cells.get(key);
    if (!cell) {
      cell = { labels, value: 0 };
      this.#cells.set(key, cell);
    }
    return cell;
  }

  *[Symbol.iterator](): Iterator<Sample> {
    for (const { labels, value } of this.#cells.values()) yield [labels, value];
  }
}

const keyOf = (labels: readonly string[]): string =>
  labels.length === 1 ? (labels[0] as string) : labels.join('\n');

/** How many values fell into each stretch. */
export class HistogramState {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at += 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Up to each bound, and behind the last one all: as they are exposed. */
  *upTo(): Iterable<[bound: number, count: number]> {
    let count = 0;
    for (const [i, bound] of [...this.#bounds, Number.POSITIVE_INFINITY].entries()) {
      count += this.#counts[i] as number;
      yield [bound, count];
    }
  }
}

export class Histograms {
  readonly #bounds: readonly number[];
  readonly #cells = new Map<string, { labels: readonly string[]; state: HistogramState }>();

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  of(...labels: string[]): HistogramState {
    const key = keyOf(labels);
    let cell = this.#cells.get(key);
    if (!cell) {
      cell = { labels, state: new HistogramState(this.#bounds) };
      this.#cells.set(key, cell);
    }
    return cell.state;
  }

  *[Symbol.iterator](): Iterator<Spread> {
    for (const { labels, state } of this.#cells.values()) yield [labels, state];
  }
}
