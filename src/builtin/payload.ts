/** Payloads of the built-in handlers: what does not fit, and what is not allowed, is dead at once, with what to do. */

import { type FieldProblem, group, pointerOf, type Readers, type Values } from '../domain/input/readers.js';
import { Fatal } from '../domain/task/judge.js';

/** Throws `Fatal` with each field that cannot be used; values are never quoted, they may be secret. */
export function readPayload<R extends Readers, K extends keyof Values<R> & string>(
  handler: string,
  readers: R,
  raw: unknown,
  required: K,
): Values<R> & { [name in K]-?: Exclude<Values<R>[name], undefined> } {
  const problems: FieldProblem[] = [];
  const values = group(readers)(raw, [], problems);
  if (values && !Object.hasOwn(raw as object, required))
    problems.push({ path: [required], detail: 'is required' });
  if (values && problems.length === 0) return values as ReturnType<typeof readPayload<R, K>>;
  throw unfit(handler, problems);
}

/** The error of a payload that no attempt can use. */
export function unfit(handler: string, problems: readonly FieldProblem[]): Fatal {
  const text = problems.map(({ path, detail }) => `${pointerOf(path) || 'the payload'} ${detail}`).join('; ');
  return new Fatal(`The payload does not fit ${handler}: ${text}`);
}

/** What this worker does not allow. */
export class Refused extends Fatal {
  /** As an API answers it. */
  readonly code = 'forbidden';
}
