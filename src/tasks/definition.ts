/** A handler's name with the shape of its payload and result, what its tasks go by, and whether a payload fits it. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { pointerOf } from '../domain/input/readers.js';
import { TASK_FIELDS, type TaskRequest } from '../domain/task/fields.js';

/** The validation contract of Standard Schema v1 (https://standardschema.dev), as far as we call it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the specification asks for. */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Of libraries that can also tell it as JSON Schema (https://standardschema.dev/json-schema). */
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> }
      | undefined;
  };
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** Fields of a task that a definition may have of its own: they hold wherever a call does not say otherwise. */
export const OWN_FIELDS = {
  queue: TASK_FIELDS.queue,
  priority: TASK_FIELDS.priority,
  retry: TASK_FIELDS.retry,
  timeout: TASK_FIELDS.timeout,
  expiresIn: TASK_FIELDS.expiresIn,
};

/** What the tasks of a definition go by where a call does not say otherwise. */
export type OwnOptions = Pick<TaskRequest, keyof typeof OWN_FIELDS & keyof TaskRequest>;

/**
 * What enqueuing takes of a task: its name, its schemas, its own options. `Payload`: what `input` makes of an `Input`.
 * `Result`: what `output` makes of what the handler returns.
 */
export interface TaskDefinition<Input, Payload = Input, Result = unknown> extends Readonly<OwnOptions> {
  /** The handler that runs its tasks. */
  readonly name: string;
  /** Of the payload. */
  readonly input?: StandardSchema<Input, Payload>;
  /** Of the result. */
  readonly output?: StandardSchema<unknown, Result>;
}

/** A handler by its name, or by a definition that types the payload. */
export type HandlerAndPayload<Input> =
  | {
      /** Its name, or its definition. */
      handler: string;
      /** What the handler gets: JSON of at most 1 MiB. */
      payload?: unknown;
    }
  | (undefined extends Input
      ? { handler: TaskDefinition<Input, unknown>; payload?: NoInfer<Input> }
      : { handler: TaskDefinition<Input, unknown>; payload: NoInfer<Input> });

/** Whatever it takes and brings. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` stands for every definition
export type AnyDefinition = TaskDefinition<any, any, any>;

const OWN = Object.keys(OWN_FIELDS) as (keyof OwnOptions)[];

/** Null when there is none, as for most definitions. */
export function ownOptions(definition: OwnOptions): OwnOptions | null {
  let own: Record<string, unknown> | null = null;
  for (const name of OWN) {
    const value = definition?.[name];
    if (value === undefined) continue;
    own ??= {};
    own[name] = value;
  }
  return own;
}

/** What a call gives, and a definition's own for the rest; a `retry` that is given takes the place of the whole policy. */
export function withOwn(own: OwnOptions, given: object | undefined): object {
  const fields: Record<string, unknown> = { ...own, ...given };
  // `undefined` is what callers write for "not given".
  for (const [name, value] of Object.entries(own)) if (fields[name] === undefined) fields[name] = value;
  return fields;
}

/**
 * Throws `invalid_input` when the payload (JSON text) does not fit the definition. It is sent as it is: the worker's
 * end makes of it what the schema makes. `at`: the pointer to its request, when there are many.
 */
export async function checkPayload(
  { input }: TaskDefinition<unknown, unknown>,
  payload: string,
  at = '',
): Promise<void> {
  if (input === undefined) return;
  const { issues } = await validated(input, payload === '' ? null : JSON.parse(payload));
  if (!issues) return;
  const problems = schemaProblems(issues, `${at}/payload`);
  throw new CarillonError('invalid_input', `Invalid task: ${inWords(problems)}`, problems);
}

export async function validated<Output>(
  input: StandardSchema<unknown, Output>,
  payload: unknown,
): Promise<SchemaResult<Output>> {
  const result = await input['~standard'].validate(payload);
  if (!result.issues || payload !== null) return result;
  // No payload travels as null; a schema knows it as undefined.
  const absent = await input['~standard'].validate(undefined);
  return absent.issues ? result : absent;
}

export function schemaProblems(issues: readonly SchemaIssue[], at = ''): Problem[] {
  return issues.map(({ message, path = [] }) => ({
    pointer: at + pointerOf(path.map(keyOf)),
    detail: message,
  }));
}

/** A step is a key, or an object that holds it. */
function keyOf(step: unknown): unknown {
  return typeof step === 'object' && step !== null && 'key' in step ? step.key : step;
}

export function inWords(problems: readonly Problem[]): string {
  return problems
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
    .join('; ');
}
