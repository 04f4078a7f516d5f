/** What a Worker puts around every attempt: tracing, error reporting, a context for what the handler calls. */

import { type Reader, reader } from '../domain/input/readers.js';
import type { TaskContext } from './context.js';
import type { Handler, Handlers } from './handlers.js';

/**
 * Called in the place of the handler, once for each attempt. `next()` runs the handler and answers its result, or throws
 * its error; called again, it answers the same. The attempt ends as the handler does, with that result: what `around`
 * answers counts for nothing, and an error that it catches still fails the attempt. It may throw, and its error is the
 * attempt's then: a `RetryAfter` for a known error, a `Snooze` instead of calling `next`. Without a call of `next` it
 * must throw.
 *
 * `ctx.signal` aborts for it as for the handler. The slot is busy until it has settled.
 *
 * @example
 * new Worker({
 *   handlers,
 *   around: async (ctx, next) => {
 *     try {
 *       return await storage.run({ task: ctx.task.id }, next);
 *     } catch (error) {
 *       report(error, { handler: ctx.task.handler, attempt: ctx.attempt });
 *       throw error;
 *     }
 *   },
 * });
 */
export type Around = (ctx: TaskContext, next: () => Promise<unknown>) => unknown;

export const aroundOption: Reader<Around> = reader('a function (ctx, next) => …', (raw) =>
  typeof raw === 'function' ? (raw as Around) : undefined,
);

/** The same handlers, each attempt within `around`. */
export function surrounded(handlers: Handlers, around: Around): Handlers {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, within(around, handler)]),
  );
}

function within(around: Around, handler: Handler): Handler {
  return async (payload, ctx) => {
    let running: Promise<unknown> | undefined;
    const next = (): Promise<unknown> => {
      if (running === undefined) {
        running = (async () => await handler(payload, ctx))();
        // Whether `around` looks at it or not, its error is the attempt's, below.
        running.catch(() => {});
      }
      return running;
    };
    try {
      // Awaited here, so that the stack of what it calls leads back to its attempt.
      await around(ctx, next);
    } catch (error) {
      // It has given up on a handler that goes on: the attempt is not over before that one is.
      await running?.catch(() => {});
      throw error;
    }
    if (running === undefined) throw new Error('`around` has ended without calling next()');
    return await running;
  };
}
