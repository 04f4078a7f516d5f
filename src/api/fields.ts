/** Reads the query or the body of a request strictly: every field is checked, an unknown one refused by name. */

import { CarillonError } from '../domain/errors.js';
import {
  type FieldProblem,
  group,
  isRecord,
  pointerOf,
  type Readers,
  reader,
  type Values,
} from '../domain/fields.js';

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

/** A whole number written in a query string. */
export const wholeText = (least: number, most: number) =>
  reader(`a whole number from ${least} to ${most}`, (raw) => {
    const number = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  });

export function refuse(code: 'invalid_input' | 'unsupported', problems: readonly FieldProblem[]): never {
  const message =
    problems.length === 1 ? 'One field was not accepted.' : `${problems.length} fields were not accepted.`;
  throw new CarillonError(
    code,
    message,
    problems.map(({ path, detail }) => ({ pointer: pointerOf(path), detail })),
  );
}
