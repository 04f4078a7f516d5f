/** How much one call may carry: a script holds up everybody. */

/** Tasks in one call. */
export const CALL_TASKS = 1_000;
/** Bytes in one call, about. */
export const CALL_BYTES = 4 * 1024 * 1024;
