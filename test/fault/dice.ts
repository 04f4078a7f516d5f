/** A seeded generator: the same seed deals the same faults (mulberry32). */

export interface Dice {
  /** A whole number in [least, most]. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  one<T>(items: readonly T[]): T | undefined;
  shuffled<T>(items: readonly T[]): T[];
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    chance: (probability) => next() < probability,
    one: (items) => items[between(0, items.length - 1)],
    shuffled(items) {
      const rest = [...items];
      return items.flatMap(() => rest.splice(between(0, rest.length - 1), 1));
    },
  };
}
