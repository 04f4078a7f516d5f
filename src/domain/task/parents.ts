/** The parents that a task is asked to wait for. */

import { NAME_GRAMMAR, taskId } from '../input/names.js';
import { type Reader, saying } from '../input/readers.js';

/** Parents of one task. */
export const MOST_PARENTS = 10_000;

export const ON_PARENT_DEATH = ['cancel', 'run'] as const;

/** Each once, in the order in which they are given; `--after a,b` on the command line. */
export const parentIds: Reader<string[], readonly string[]> = saying(
  (raw, path, problems) => {
    if (!Array.isArray(raw) || raw.length < 1 || raw.length > MOST_PARENTS) {
      problems.push({ path, detail: `must be a list of 1 to ${MOST_PARENTS} ids of tasks` });
      return undefined;
    }
    const before = problems.length;
    raw.forEach((one: unknown, index) => {
      taskId(one, [...path, index], problems);
    });
    return problems.length === before ? [...new Set(raw as string[])] : undefined;
  },
  {
    schema: {
      type: 'array',
      items: { type: 'string', description: NAME_GRAMMAR.task },
      minItems: 1,
      maxItems: MOST_PARENTS,
    },
    word: 'ids',
  },
);
