/** Defines a task for both its ends: those who enqueue get its name and types, those who run it a checked handler. */

import type { AnyText, Written } from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import { handlerName } from '../domain/input/names.js';
import { readOptions } from '../domain/input/options.js';
import { isRecord, type Reader, reader } from '../domain/input/readers.js';
import { Fatal } from '../domain/task/judge.js';
import {
  inWords,
  OWN_FIELDS,
  type OwnOptions,
  type StandardSchema,
  schemaProblems,
  type TaskDefinition,
  validated,
} from '../tasks/definition.js';
import type { TaskContext } from './context.js';
import type { Handler, Handlers } from './handlers.js';
import { describing, type PayloadSchema, schemaIn } from './payload-schema.js';

/** What `defineTask` answers: a definition that also makes the handler of its tasks. */
export interface DefinedTask<Input, Payload = Input, Made = unknown, Result = Made>
  extends TaskDefinition<Input, Payload, Result> {
  /**
   * The record of one handler, to be spread among others. A payload that does not fit the schema never reaches it:
   * such a task is dead at once, because no retry would change that. A result that does not fit fails the attempt.
   *
   * @example
   * export default defineHandlers({ ...welcome.handle(async (payload, ctx) => `sent to ${payload.to}`) });
   */
  handle(handler: (payload: Payload, ctx: TaskContext) => Made | Promise<Made>): Handlers;
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

const jsonSchema: Reader<PayloadSchema> = reader('a JSON Schema, as an object', (raw) =>
  isRecord(raw) ? raw : undefined,
);

const DEFINITION = { name: handlerName, input: schema, output: schema, schema: jsonSchema, ...OWN_FIELDS };

interface Named {
  name: string;
  schema?: PayloadSchema;
}

interface Schemas<Input, Payload, Made, Result> {
  input?: StandardSchema<Input, Payload>;
  output?: StandardSchema<Made, Result>;
}

/**
 * Names a handler and types both its ends. With `input`, a Standard Schema, both ends check the payload, and the handler
 * gets what the schema makes of it; with `output` the worker checks the result, and keeps what that schema makes of it.
 * Workers tell the JSON Schema of the payload, for forms and hints: `schema`, or else what the library of `input` tells of
 * itself (Standard JSON Schema); nothing is checked by it.
 * `queue`, `priority`, `retry`, `timeout` and `expiresIn` hold wherever a call does not say otherwise. Throws `invalid_input`
 * with each field that cannot be used.
 *
 * @example
 * const welcome = defineTask({
 *   name: 'email.welcome',
 *   input: z.object({ to: z.string() }),
 *   output: z.object({ messageId: z.string() }),
 *   queue: 'mail',
 *   timeout: '30s',
 * });
 * const task = await client.enqueue(welcome, { to: 'a@b.c' });
 * const { result } = await client.wait(task.id);
 *
 * // without schemas: the types alone
 * const resize = defineTask<{ url: string }, { width: number }>({ name: 'image.resize' });
 */
export function defineTask<Input = unknown, Result = unknown>(
  definition: Named & OwnOptions & { input?: never; output?: never },
): DefinedTask<Input, Input, Result>;
export function defineTask<
  Input = unknown,
  Payload = Input,
  Made = unknown,
  Result = Made,
  const Own extends AnyText<OwnOptions> = OwnOptions,
>(
  definition: Named & Schemas<Input, Payload, Made, Result> & Written<Own, OwnOptions>,
): DefinedTask<Input, Payload, Made, Result>;
export function defineTask(
  definition: Named & { input?: StandardSchema; output?: StandardSchema },
): DefinedTask<unknown> {
  readOptions('defineTask', DEFINITION, definition, ['name']);
  return Object.freeze({
    ...definition,
    handle(handler: Handler): Handlers {
      if (typeof handler !== 'function') {
        throw new CarillonError('invalid_input', `The handler of ${definition.name} must be a function`);
      }
      const { name, input, output, schema: told = schemaIn(input) } = definition;
      const made = input || output ? checking(name, input, output, handler) : handler;
      if (!told) return { [name]: made };
      // Another function than the one that was given, which may have other definitions.
      return { [name]: describing(made === handler ? (...of) => handler(...of) : made, told) };
    },
  });
}

function checking(
  task: string,
  input: StandardSchema | undefined,
  output: StandardSchema | undefined,
  handler: Handler,
): Handler {
  return async (payload, ctx) => {
    // Awaited here, so that the stack of what it calls leads back to its attempt.
    const result = await handler(input ? await fitting(task, input, payload) : payload, ctx);
    return output ? resultOf(task, output, result) : result;
  };
}

async function fitting(task: string, input: StandardSchema, payload: unknown): Promise<unknown> {
  const read = await validated(input, payload);
  if (!read.issues) return read.value;
  throw new Fatal(`The payload does not fit ${task}: ${inWords(schemaProblems(read.issues))}`);
}

/** What the schema makes of it. Another attempt may bring another result, so this one fails as any other does. */
async function resultOf(task: string, output: StandardSchema, result: unknown): Promise<unknown> {
  const read = await output['~standard'].validate(result);
  if (!read.issues) return read.value;
  const problems = schemaProblems(read.issues);
  throw new CarillonError(
    'result_invalid',
    `The result does not fit ${task}: ${inWords(problems)}`,
    problems,
  );
}
