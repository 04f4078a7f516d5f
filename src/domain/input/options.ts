/** The options of a constructor, read strictly: unknown names and wrong values are one error that names each. */

import { CarillonError } from './errors.js';
import { codeOf, problemsOf } from './read-fields.js';
import { type FieldProblem, group, type Readers, type Values } from './readers.js';

/** The values given. Throws `invalid_input`; `whose` opens its message. */
export function readOptions<R extends Readers, K extends keyof Values<R> & string = never>(
  whose: string,
  readers: R,
  raw: unknown,
  required: readonly K[] = [],
): Values<R> & { [name in K]-?: Exclude<Values<R>[name], undefined> } {
  const problems: FieldProblem[] = [];
  const values = group(readers)(raw, [], problems);
  for (const key of values ? required : []) {
    if ((raw as Record<string, unknown>)[key] === undefined)
      problems.push({ path: [key], detail: 'is required' });
  }
  if (values && problems.length === 0) return values as ReturnType<typeof readOptions<R, K>>;
  const text = problems
    .map(({ path, detail }) => `${path.join('/') || 'what is given'} ${detail}`)
    .join('; ');
  throw new CarillonError(codeOf(problems), `Invalid options of ${whose}: ${text}`, problemsOf(problems));
}
