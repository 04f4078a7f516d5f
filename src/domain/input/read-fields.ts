/** Reads the query or the body of a request strictly: every field is checked, an unknown one refused by name. */

import { CarillonError } from './errors.js';
import { type FieldProblem, group, isRecord, pointerOf, type Readers, type Values } from './readers.js';

/** `later`: fields of the contract that this release does not act on, refused rather than ignored. */
export function readFields<R extends Readers>(
  raw: unknown,
  readers: R,
  later: readonly string[] = [],
): Values<R> {
  const given = raw ?? {};
  if (!isRecord(given)) refuse('invalid_input', [{ path: [], detail: 'must be a JSON object' }]);
  const unsupported = Object.keys(given).filter((name) => later.includes(name));
  if (unsupported.length > 0) {
    refuse(
      'unsupported',
      unsupported.map((name) => ({ path: [name], detail: 'is not supported by this release' })),
    );
  }
  const problems: FieldProblem[] = [];
  const values = group(readers)(given, [], problems);
  if (values && problems.length === 0) return values;
  return refuse('invalid_input', problems);
}

export function refuse(code: 'invalid_input' | 'unsupported', problems: readonly FieldProblem[]): never {
  const message =
    problems.length === 1 ? 'One field was not accepted.' : `${problems.length} fields were not accepted.`;
  throw new CarillonError(
    code,
    message,
    problems.map(({ path, detail }) => ({ pointer: pointerOf(path), detail })),
  );
}
