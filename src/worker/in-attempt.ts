/** Who is calling: a handler, or the rest of the program. */

/** Whether a handler is calling, at any depth: an asynchronous stack leads back to the attempt that awaits it. */
export function isInAttempt(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /\bAttempt\.run\b/.test(stack);
}
