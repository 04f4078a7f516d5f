/** A list of ids of tasks, as one field takes it. */

import { NAME_GRAMMAR, taskId } from '../input/names.js';
import { type Reader, saying } from '../input/readers.js';

/** Each once, in the order in which they are given; a flag of the command line may be repeated. */
export function taskIds(most: number): Reader<string[], readonly string[]> {
  return saying(
    (raw, path, problems) => {
      if (!Array.isArray(raw) || raw.length < 1 || raw.length > most) {
        problems.push({ path, detail: `must be a list of 1 to ${most} ids of tasks` });
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
        maxItems: most,
      },
      word: 'ids',
    },
  );
}
