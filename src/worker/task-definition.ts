/** A handler's name with the shape of its payload, shared by those who enqueue and those who run. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { isHandlerName, NAME_GRAMMAR } from '../domain/input/names.js';
import { readOptions } from '../domain/input/options.js';
import { named, pointerOf, type Reader, reader } from '../domain/input/readers.js';
import { Fatal } from '../domain/task/judge.js';
import type { TaskContext } from './context.js';
import type { Handlers } from './handlers.js';

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
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

export interface TaskDefinition<Input, Output = Input> {
  readonly name: string;
  readonly input?: StandardSchema<Input, Output>;
}

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

const name = named(isHandlerName, NAME_GRAMMAR.handler);

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
    if (read.issues) throw new Fatal(`The payload does not fit ${task}: ${inWords(problemsOf(read.issues))}`);
    return handler(read.value, ctx);
  };
}

/**
 * Throws `invalid_input` when the payload does not fit the definition. What is sent is the payload itself: the
 * worker's end makes of it what the schema makes. `at`: the pointer to its request, when there are many.
 */
export async function checkPayload(
  { input }: TaskDefinition<unknown, unknown>,
  payload: unknown,
  at = '',
): Promise<void> {
  if (input === undefined) return;
  let travelling: unknown;
  try {
    // As the handler will get it: a Date, say, has become text by then.
    travelling = JSON.parse(JSON.stringify(payload) ?? 'null');
  } catch {
    // What cannot be written as JSON is refused when the task is read.
    return;
  }
  const { issues } = await validated(input, travelling);
  if (!issues) return;
  const problems = problemsOf(issues, `${at}/payload`);
  throw new CarillonError('invalid_input', `Invalid task: ${inWords(problems)}`, problems);
}

async function validated<Output>(
  input: StandardSchema<unknown, Output>,
  payload: unknown,
): Promise<SchemaResult<Output>> {
  const result = await input['~standard'].validate(payload);
  if (!result.issues || payload !== null) return result;
  // No payload travels as null; a schema knows it as undefined.
  const absent = await input['~standard'].validate(undefined);
  return absent.issues ? result : absent;
}

function problemsOf(issues: readonly SchemaIssue[], at = ''): Problem[] {
  return issues.map(({ message, path = [] }) => ({
    pointer: at + pointerOf(path.map(keyOf)),
    detail: message,
  }));
}

/** A step is a key, or an object that holds it. */
function keyOf(step: unknown): unknown {
  return typeof step === 'object' && step !== null && 'key' in step ? step.key : step;
}

function inWords(problems: readonly Problem[]): string {
  return problems
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
    .join('; ');
}
