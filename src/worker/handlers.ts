/** What people write: plain functions by name. Nobody subclasses anything. */

import { CarillonError } from '../domain/input/errors.js';
import { isHandlerName, NAME_GRAMMAR } from '../domain/input/names.js';
import type { TaskContext } from './context.js';

/**
 * Runs one attempt. What it returns, or the promise it returns, is kept as JSON with the task; what it throws fails the
 * attempt, see `Fatal`, `RetryAfter` and `Snooze`. It may run more than once for one task: `ctx.task.id` makes what it
 * does idempotent.
 */
// biome-ignore lint/suspicious/noExplicitAny: the payload's type is the handler's own
export type Handler = (payload: any, ctx: TaskContext) => unknown;
/** Handlers by name; `*`-less names of letters, digits and `._/-`. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * Checks a record of handlers and answers it: what a module exports for `carillon worker module`. Throws
 * `handler_module` with each name that cannot be registered.
 *
 * @example
 * export default defineHandlers({
 *   'email.welcome': async (payload: { to: string }, ctx: TaskContext) => `sent to ${payload.to}`,
 * });
 */
export function defineHandlers<T extends Record<string, Handler>>(handlers: T): T {
  const problems = handlerProblems(handlers);
  if (problems.length > 0) {
    throw new CarillonError(
      'handler_module',
      `These handlers cannot be registered: ${problems.join('; ')}`,
      problems.map((detail) => ({ pointer: '', detail })),
    );
  }
  return handlers;
}

/** Why a value is no record of handlers; empty when it is one. */
export function handlerProblems(handlers: unknown): string[] {
  if (typeof handlers !== 'object' || handlers === null || Array.isArray(handlers)) {
    return ['a record of handler name → function is needed'];
  }
  const entries = Object.entries(handlers);
  if (entries.length === 0) return ['there is no handler in it'];
  return entries.flatMap(([name, handler]) => {
    if (!isHandlerName(name)) return [`"${name}": a name must be ${NAME_GRAMMAR.handler}`];
    return typeof handler === 'function' ? [] : [`"${name}" is not a function`];
  });
}
