/** Does something for each of many, not for all of them at once. */

/** Rejects with the first fault, while what had begun goes on. */
export async function someAtATime<T>(
  many: Iterable<T>,
  atOnce: number,
  each: (one: T) => Promise<void>,
): Promise<void> {
  const rest = many[Symbol.iterator]();
  let failed = false;
  const some = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && !failed; next = rest.next()) {
      await each(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const begun: Promise<void>[] = [];
  for (let i = 0; i < atOnce; i += 1) begun.push(some());
  await Promise.all(begun);
}
