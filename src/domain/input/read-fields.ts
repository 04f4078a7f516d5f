/** Reads the query or the body of a request strictly: every field is checked, an unknown one refused by name. */

import { CarillonError, type ErrorCode, type Problem } from './errors.js';
import { type FieldProblem, group, isRecord, pointerOf, type Readers, type Values } from './readers.js';
import type { FieldWarning, Warning } from './warnings.js';

/** `required`: fields that must be given. */
export function readFields<R extends Readers, K extends keyof Values<R> & string = never>(
  raw: unknown,
  readers: R,
  required: readonly K[] = [],
): Values<R> & { [name in K]-?: Exclude<Values<R>[name], undefined> } {
  const given = raw ?? {};
  if (!isRecord(given)) refuse('invalid_input', [{ path: [], detail: 'must be a JSON object' }]);
  const problems: FieldProblem[] = [];
  const values = group(readers)(given, [], problems);
  for (const name of required)
    if (!Object.hasOwn(given, name)) problems.push({ path: [name], detail: 'is required' });
  if (values && problems.length === 0) return values as ReturnType<typeof readFields<R, K>>;
  return refuse(codeOf(problems), problems);
}

/** The code of the answer: of the first problem that has one of its own. */
export function codeOf(problems: readonly FieldProblem[]): ErrorCode {
  return problems.find(({ code }) => code)?.code ?? 'invalid_input';
}

export function refuse(code: ErrorCode, problems: readonly FieldProblem[]): never {
  const message =
    problems.length === 1 ? 'One field was not accepted.' : `${problems.length} fields were not accepted.`;
  throw new CarillonError(code, message, problemsOf(problems));
}

/** Warnings as the answer has them. */
export function warningsOf(warnings: readonly FieldWarning[]): Warning[] {
  return warnings.map(({ path, detail, code }) => ({ pointer: pointerOf(path), detail, code }));
}

/** As the answer has them. */
export function problemsOf(problems: readonly FieldProblem[]): Problem[] {
  return problems.map(({ path, detail }) => ({ pointer: pointerOf(path), detail }));
}
