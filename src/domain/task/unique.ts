/** What a taken unique key means for one who asks for it. */

import {
  duration,
  type FieldProblem,
  type Given,
  group,
  oneOf,
  type Path,
  type Reader,
  saying,
  type Values,
} from '../input/readers.js';

export const UNIQUE_MODES = ['reject', 'replace', 'debounce', 'throttle', 'after'] as const;

const FIELDS = {
  /** Default `reject`. */
  mode: oneOf(...UNIQUE_MODES),
  /** debounce: how long it waits for the last call; throttle: one in so long. */
  for: duration(1),
  /** debounce: it waits no longer than this after the first call. */
  maxWait: duration(1),
};

/** Lengths in ms. `for` of debounce may be left out where the task has a delay. */
export type UniqueRule =
  | { mode: 'reject' | 'replace' | 'after' }
  | { mode: 'debounce'; for?: number; maxWait?: number }
  | { mode: 'throttle'; for: number };

/** As callers in TypeScript write it. */
export type UniqueOptions = Given<typeof FIELDS>;

const readFields = group(FIELDS);

export const uniqueRule: Reader<UniqueRule, UniqueOptions> = saying(
  (raw, path, problems) => {
    const before = problems.length;
    const fields = readFields(raw, path, problems);
    return fields && problems.length === before ? ruleOf(fields, path, problems) : undefined;
  },
  { schema: readFields.schema ?? {}, word: 'json' },
);

function ruleOf(
  { mode = 'reject', for: length, maxWait }: Values<typeof FIELDS>,
  path: Path,
  problems: FieldProblem[],
): UniqueRule | undefined {
  const refuse = (key: string, detail: string): undefined => {
    problems.push({ path: [...path, key], detail });
    return undefined;
  };
  if (length !== undefined && mode !== 'debounce' && mode !== 'throttle')
    return refuse('for', `is for the modes debounce and throttle, not ${mode}`);
  if (maxWait !== undefined && mode !== 'debounce') return refuse('maxWait', 'is for the mode debounce');
  if (mode === 'debounce') {
    if (maxWait !== undefined && length !== undefined && maxWait < length)
      return refuse('maxWait', 'must not be shorter than for');
    return {
      mode,
      ...(length === undefined ? {} : { for: length }),
      ...(maxWait === undefined ? {} : { maxWait }),
    };
  }
  if (mode !== 'throttle') return { mode };
  return length === undefined ? refuse('for', 'is required by the mode throttle') : { mode, for: length };
}
