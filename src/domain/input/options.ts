/** The options of a constructor, read strictly: unknown names and wrong values are one error that names each. */

import { CarillonError } from './errors.js';
import {
  type FieldProblem,
  group,
  named,
  pointerOf,
  type Reader,
  type Readers,
  type Values,
} from './readers.js';

export function isRedisAddress(raw: unknown): raw is string {
  if (typeof raw !== 'string') return false;
  return /^\/\S+$/.test(raw) || (/^rediss?:\/\//.test(raw) && URL.canParse(raw));
}

/** Its messages never echo the value: it may hold a password. */
export const redisAddress: Reader<string> = named(
  isRedisAddress,
  'a URL such as redis://127.0.0.1:6379 or rediss://user:password@host:6380/0, or the path of a socket',
);

/** The values given. Throws `invalid_input`; `whose` opens its message. */
export function readOptions<R extends Readers>(
  whose: string,
  readers: R,
  raw: unknown,
  required: readonly (keyof R & string)[] = [],
): Values<R> {
  const problems: FieldProblem[] = [];
  const values = group(readers)(raw, [], problems);
  for (const key of values ? required : []) {
    if ((raw as Record<string, unknown>)[key] === undefined)
      problems.push({ path: [key], detail: 'is required' });
  }
  if (values && problems.length === 0) return values;
  const errors = problems.map(({ path, detail }) => ({ pointer: pointerOf(path), detail }));
  const text = problems
    .map(({ path, detail }) => `${path.join('/') || 'what is given'} ${detail}`)
    .join('; ');
  throw new CarillonError('invalid_input', `Invalid options of ${whose}: ${text}`, errors);
}
