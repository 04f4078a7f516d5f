/** How much one call may carry: a script holds up everybody. */

import { MIB } from '../../domain/input/sizes.js';

/** Tasks in one call. */
export const CALL_TASKS = 1_000;
/** Bytes in one call, about: Redis looks at every one of them, some 4 ms for each MiB. */
export const CALL_BYTES = 1_000_000;

/** Tasks made in one call, so that all of them are made or none: they are fewer where they are larger. */
export const BATCH_TASKS = 10_000;
export const BATCH_BYTES = 4 * MIB;
