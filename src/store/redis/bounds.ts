/** How much one call may carry: a script holds up everybody. */

/** Tasks in one call. */
export const CALL_TASKS = 1_000;
/** Bytes in one call, about: Redis looks at every one of them, some 4 ms for each MiB. */
export const CALL_BYTES = 1_000_000;
