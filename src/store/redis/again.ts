/** Redrive and reschedule on Redis. */

import type { AgainStore, RedriveWord, RescheduleWord } from '../contract/index.js';
import { CALL_BYTES, CALL_TASKS } from './bounds.js';
import type { Connection } from './connection.js';

export function againVerbs(connection: Connection): AgainStore {
  return {
    async redrive(queue, requests) {
      const words: RedriveWord[] = [];
      for (const slice of slices(requests, ({ payload = '' }) => payload.length)) {
        const rows = slice.map(({ id, attempt, payload = '' }) => ({ id, attempt, payload }));
        const more = connection.rows('redrive', rows);
        const [, ...found] = await connection.on(connection.partition(queue), 'redrive', () => ({ more }));
        words.push(...found.map((word) => redriven(String(word))));
      }
      return words;
    },

    async reschedule(queue, requests) {
      const words: RescheduleWord[] = [];
      for (const slice of slices(requests, () => 0)) {
        const rows = slice.map(({ id, attempt, due }) => ({ id, attempt, due }));
        const more = connection.rows('reschedule', rows);
        const [, ...found] = await connection.on(connection.partition(queue), 'reschedule', () => ({ more }));
        words.push(...(found as RescheduleWord[]));
      }
      return words;
    },
  };
}

function redriven(word: string): RedriveWord {
  const [first, taken] = word.split(' ');
  return taken === undefined ? (first as RedriveWord) : { taken };
}

/** As many as one call may carry. */
function* slices<T>(rows: readonly T[], sizeOf: (row: T) => number): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    const size = sizeOf(row);
    if (i > from && (i - from >= CALL_TASKS || bytes + size > CALL_BYTES)) {
      yield rows.slice(from, i);
      [from, bytes] = [i, 0];
    }
    bytes += size;
  }
  if (from < rows.length) yield rows.slice(from);
}
