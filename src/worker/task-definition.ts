/** Defines a task for both its ends: those who enqueue get its name and types, those who run it a checked handler. */

import { CarillonError } from '../domain/input/errors.js';
import { handlerName } from '../domain/input/names.js';
import { readOptions } from '../domain/input/options.js';
import { type Reader, reader } from '../domain/input/readers.js';
import { Fatal } from '../domain/task/judge.js';
import {
  inWords,
  type StandardSchema,
  schemaProblems,
  type TaskDefinition,
  validated,
} from '../tasks/definition.js';
import type { TaskContext } from './context.js';
import type { Handlers } from './handlers.js';

/** A definition that also makes the handler of its tasks. */
export interface DefinedTask<Input, Output = Input> extends TaskDefinition<Input, Output> {
  /**
   * The record of one handler, to be spread among others. A payload that does not fit the schema never reaches it:
   * such a task is dead at once, because no retry would change that.
   */
  handle(handler: (payload: Output, ctx: TaskContext) => unknown): Handlers;
}

const schema: Reader<StandardSchema> = reader(
  'a Standard Schema (https://standardschema.dev), such as one of Zod, Valibot or ArkType',
  (raw) => {
    // Some libraries' schemas are functions.
    if ((typeof raw !== 'object' && typeof raw !== 'function') || raw === null) return undefined;
    const standard = (raw as Partial<StandardSchema>)['~standard'];
    return typeof standard?.validate === 'function' ? (raw as StandardSchema) : undefined;
  },
);

const name = handlerName;

/** Names a handler and types both its ends; with `input`, both ends check the payload too. */
export function defineTask<Input, Output = Input>(definition: {
  name: string;
  input?: StandardSchema<Input, Output>;
}): DefinedTask<Input, Output> {
  readOptions('defineTask', { name, input: schema }, definition, ['name']);
  return Object.freeze({
    ...definition,
    handle(handler: (payload: Output, ctx: TaskContext) => unknown): Handlers {
      if (typeof handler !== 'function') {
        throw new CarillonError('invalid_input', `The handler of ${definition.name} must be a function`);
      }
      const { input } = definition;
      return { [definition.name]: input ? checking(definition.name, input, handler) : handler };
    },
  });
}

function checking<Output>(
  task: string,
  input: StandardSchema<unknown, Output>,
  handler: (payload: Output, ctx: TaskContext) => unknown,
): (payload: unknown, ctx: TaskContext) => Promise<unknown> {
  return async (payload, ctx) => {
    const read = await validated(input, payload);
    if (read.issues)
      throw new Fatal(`The payload does not fit ${task}: ${inWords(schemaProblems(read.issues))}`);
    // Awaited here, so that the stack of what it calls leads back to its attempt.
    return await handler(read.value, ctx);
  };
}
