/** Waits for a condition that no signal announces: asks again every few ms until a deadline. */

import { inspect } from 'node:util';

export interface EventuallyOptions {
  /** ms; default 10 s. */
  within?: number;
  /** ms between two questions; default 20. */
  every?: number;
  /** What is awaited, for the error message. */
  what?: string;
}

/** The first value of `ask` for which `isDone` holds (truthy unless told); an error shows the last one seen. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isDone: (value: T) => boolean = Boolean,
  options: EventuallyOptions = {},
): Promise<T> {
  const { within = 10_000, every = 20, what = 'the condition' } = options;
  const deadline = performance.now() + within;
  let last = 'never answered';
  for (;;) {
    try {
      const value = await ask();
      if (isDone(value)) return value;
      last = `last value: ${inspect(value, { depth: 6 })}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() >= deadline) throw new Error(`${what} did not hold within ${within} ms; ${last}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
