/** The labels of a task or a schedule: texts by name. */

import { isRecord, type Reader, saying } from '../input/readers.js';

const MOST = 32;
/** Characters. */
const LONGEST_NAME = 256;
const LONGEST_TEXT = 1_024;

export const taskLabels: Reader<Record<string, string>> = saying(
  (raw, path, problems) => {
    const names = isRecord(raw) ? Object.keys(raw) : [];
    if (!isRecord(raw) || names.length > MOST) {
      problems.push({ path, detail: `must be a mapping of at most ${MOST} names to texts` });
      return undefined;
    }
    const before = problems.length;
    for (const name of names) {
      const text = raw[name];
      if (typeof text === 'string' && text.length <= LONGEST_TEXT && name.length <= LONGEST_NAME) continue;
      const detail = `must be a text of at most ${LONGEST_TEXT} characters (quote numbers) under a name of at most ${LONGEST_NAME}`;
      problems.push({ path: [...path, name.slice(0, 64)], detail });
    }
    const sound = names.length > 0 && problems.length === before;
    // Copied: what the caller changes later was not asked for. An own __proto__ stays one.
    return sound ? (Object.fromEntries(Object.entries(raw)) as Record<string, string>) : undefined;
  },
  {
    schema: {
      type: 'object',
      maxProperties: MOST,
      additionalProperties: { type: 'string', maxLength: LONGEST_TEXT },
    },
    word: 'key=value',
  },
);
