/** A handler's name with the shape of its payload, and whether a payload fits it. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { pointerOf } from '../domain/input/readers.js';

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
