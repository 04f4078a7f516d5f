/** What people write: plain functions by name. Nobody subclasses anything. */

import { CarillonError } from '../domain/input/errors.js';
import { isHandlerName, NAME_GRAMMAR } from '../domain/input/names.js';
import type { TaskContext } from './context.js';

/** Runs one attempt; its result (JSON) is kept with the task. */
// biome-ignore lint/suspicious/noExplicitAny: the payload's type is the handler's own
export type Handler = (payload: any, ctx: TaskContext) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

/** Checks a record of handlers and answers it, typed. */
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
