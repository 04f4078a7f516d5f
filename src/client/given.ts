/** What callers of a Client give, read before anything is sent: ids, definitions, options, payloads. */

import { CarillonError } from '../domain/input/errors.js';
import { isRecord } from '../domain/input/readers.js';
import { plainTaskInput, type TaskInput } from '../domain/task/task-input.js';
import { acceptTask } from '../tasks/accept.js';
import { ownOptions, type TaskDefinition, withOwn } from '../tasks/definition.js';
import type { EnqueueRequest } from './requests.js';

export type Definition = TaskDefinition<unknown, unknown, unknown>;

/** Throws `invalid_input`. */
export function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return;
  throw new CarillonError('invalid_input', "A task's id must be a text, as `enqueue` answers it");
}

/** The definition, where its schema has something to say. */
export function schemaOf(handler: string | Definition): Definition | null {
  return typeof handler === 'object' && handler?.input !== undefined ? handler : null;
}

/** What is asked for, its payload written down. */
export function inputOf(handler: string | Definition, payload: unknown, given: unknown): TaskInput {
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    throw new CarillonError('invalid_input', 'The options of a task must be an object');
  }
  if (typeof handler === 'string') return read(handler, payload, given);
  const own = ownOptions(handler);
  return read(handler?.name, payload, own ? withOwn(own, given) : given);
}

function read(name: unknown, payload: unknown, options: object | undefined): TaskInput {
  return plainTaskInput(name, payload, options) ?? acceptTask({ ...options, handler: name, payload });
}

/** One of many, by its place among them, or the one that comes after them. */
export function requestOf(request: EnqueueRequest<never>, index: number | 'onComplete'): TaskInput {
  const { handler, payload } = request ?? {};
  const defined = typeof handler === 'object' && handler !== null;
  const name: unknown = defined ? (handler as Definition).name : handler;
  const own = defined ? ownOptions(handler as Definition) : null;
  const whole = own && isRecord(request) ? withOwn(own, request) : request;
  const plain = isRecord(whole) ? plainTaskInput(name, payload, whole) : null;
  return plain ?? acceptTask(name === handler ? whole : { ...whole, handler: name }, `/${index}`);
}
