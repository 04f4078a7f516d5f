/** How much one call may carry: a script holds up everybody. */

import { MIB } from '../../domain/input/sizes.js';

/** Tasks in one call. */
export const CALL_TASKS = 1_000;
/** Bytes in one call, about: Redis looks at every one of them, some 4 ms for each MiB. */
export const CALL_BYTES = 1_000_000;

/** In calls of at most `most` rows and `mostBytes`; `sizeOf`: of one row, bytes. */
export function* callsOf<T>(
  rows: readonly T[],
  sizeOf: (row: T) => number,
  most = CALL_TASKS,
  mostBytes = CALL_BYTES,
): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < rows.length; i++) {
    const size = sizeOf(rows[i] as T);
    if (i > from && (i - from >= most || bytes + size > mostBytes)) {
      yield rows.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < rows.length) yield from === 0 ? rows : rows.slice(from);
}
/** Tasks made in one call, so that all of them are made or none: they are fewer where they are larger. */
export const BATCH_TASKS = 10_000;
export const BATCH_BYTES = 4 * MIB;
