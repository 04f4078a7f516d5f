/** How much one call may carry: a script holds up everybody. */

/** Tasks in one call. */
export const CALL_TASKS = 1_000;
/** Bytes in one call, about: Redis looks at every one of them, some 4 ms for each MiB. */
export const CALL_BYTES = 1_000_000;

/** In calls of at most `most` rows and CALL_BYTES; `sizeOf`: of one row, bytes. */
export function* callsOf<T>(
  rows: readonly T[],
  sizeOf: (row: T) => number,
  most = CALL_TASKS,
): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < rows.length; i++) {
    const size = sizeOf(rows[i] as T);
    if (i > from && (i - from >= most || bytes + size > CALL_BYTES)) {
      yield rows.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < rows.length) yield from === 0 ? rows : rows.slice(from);
}
