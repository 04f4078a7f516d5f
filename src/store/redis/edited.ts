/** Which schedules were edited since somebody looked, on Redis: of most queues two plain commands tell that none was. */

import type { Edited, EditedSince } from '../contract/index.js';
import type { Connection } from './connection.js';

/** Edits that a partition remembers, as lua/include/note-edits.lua says. */
const MOST_EDITS = 1_000;
/** Queues in one batch: others wait for Redis meanwhile. */
const AT_ONCE = 1_000;

export async function edited(connection: Connection, asked: readonly EditedSince[]): Promise<Edited[]> {
  const marks: string[] = [];
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    marks.push(...(await marksOf(connection, asked.slice(at, at + AT_ONCE))));
  }
  return Promise.all(
    asked.map(async (one, i): Promise<Edited> => {
      if (one.since !== '' && one.since === marks[i]) return { mark: one.since, ids: [] };
      const args = { since: one.since, most: MOST_EDITS };
      const [word, mark, ...ids] = await connection.call('edited', connection.partition(one.queue), args);
      return { mark: String(mark), ids: word === 'all' ? null : ids.map(String) };
    }),
  );
}

/** As lua/edited.lua makes them. */
async function marksOf(connection: Connection, asked: readonly EditedSince[]): Promise<string[]> {
  const replies = await connection.pipeline((pipeline) => {
    for (const { queue } of asked) {
      const { keys } = connection.partition(queue);
      pipeline.get(keys.layout).zrange(keys.edits, '-1', '-1', 'WITHSCORES');
    }
  });
  return asked.map((_, i) => {
    const [, last = '0'] = replies[2 * i + 1] as string[];
    return `${replies[2 * i] ?? ''} ${last}`;
  });
}
