/** What attempts tell of themselves, on Redis: written in one call for many of them, read line by line. */

import { LOG_LINES } from '../../domain/input/sizes.js';
import type { LogLine, LogPlace, Report } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';

export async function report(
  connection: Connection,
  partition: Partition,
  worker: string,
  reports: readonly Report[],
): Promise<void> {
  const more = connection.rows(
    'report',
    reports.map(({ id, token, progress = '', from, lines }) => ({
      ...{ id, token, progress, from },
      lines: lines.join('\n'),
    })),
  );
  await connection.on(partition, 'report', () => ({ worker, most: LOG_LINES, more }));
}

export async function logs(
  connection: Connection,
  { keys }: Partition,
  id: string,
  limit: number,
  after?: LogPlace,
): Promise<LogLine[]> {
  const from = after ? `(${after.attempt}-${after.line}` : '-';
  const entries = await connection.ask((redis) => redis.xrange(keys.logs(id), from, '+', 'COUNT', limit));
  return entries.map(([place, [, text = '']]) => {
    const [attempt = 0, line = 0] = place.split('-').map(Number);
    return { attempt, line, text };
  });
}
