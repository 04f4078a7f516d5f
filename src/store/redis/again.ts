/** Redrive and reschedule on Redis. */

import type { AgainStore, RedriveWord, RescheduleWord } from '../contract/index.js';
import { callsOf } from './bounds.js';
import type { Connection } from './connection.js';

export function againVerbs(connection: Connection): AgainStore {
  return {
    async redrive(queue, requests) {
      const words: RedriveWord[] = [];
      for (const slice of callsOf(requests, ({ payload = '' }) => payload.length)) {
        const rows = slice.map(({ id, attempt, payload = '' }) => ({ id, attempt, payload }));
        const more = connection.rows('redrive', rows);
        const [, ...found] = await connection.on(connection.partition(queue), 'redrive', () => ({ more }));
        words.push(...found.map((word) => redriven(String(word))));
      }
      return words;
    },

    async reschedule(queue, requests) {
      const words: RescheduleWord[] = [];
      for (const slice of callsOf(requests, () => 0)) {
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
