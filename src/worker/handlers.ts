/** What people write: plain functions by name. Nobody subclasses anything. */

import { CarillonError } from '../domain/errors.js';
import { isHandlerName, NAME_GRAMMAR } from '../domain/names.js';
import type { TaskContext } from './context.js';

/** Runs one attempt; its result (JSON) is kept with the task. */
// biome-ignore lint/suspicious/noExplicitAny: the payload's type is the handler's own
export type Handler = (payload: any, ctx: TaskContext) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

/** The validation contract of Standard Schema v1 (https://standardschema.dev), as far as we call it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly unknown[] | undefined;
      }[];
    };

/** A handler's name with the type of its payload, shared by those who enqueue and those who run. */
export interface TaskDefinition<Input, Output = Input> {
  readonly name: string;
  readonly input?: StandardSchema<Input, Output>;
}

/** Names a handler and types both its ends. */
export function defineTask<Input, Output = Input>(definition: {
  name: string;
  input?: StandardSchema<Input, Output>;
}): TaskDefinition<Input, Output> {
  if (!isHandlerName(definition.name)) {
    throw new CarillonError(
      'invalid_input',
      `Handler name "${String(definition.name)}" must be ${NAME_GRAMMAR.handler}`,
    );
  }
  return Object.freeze({ ...definition });
}

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
