/** What runs are told of their schedules: read together, decoded when it is looked at. */

import type { Single } from '../../domain/schedule/fates.js';
import type { Word } from '../../domain/schedule/ledger.js';
import type { ScheduleFacts, ScheduleRow } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { ReadSchedule } from './known-schedules.js';
import { decodeLedger } from './ledgers.js';
import type { Partition } from './partition.js';
import { decodeEnding } from './record.js';

export async function scheduleFacts(
  connection: Connection,
  read: ReadSchedule,
  { keys }: Partition,
  ids: readonly string[],
): Promise<ScheduleFacts[]> {
  const [texts, cursors, runs, ledgers, successes, singles] = await connection.ask((redis) =>
    Promise.all([
      redis.hmget(keys.schedules, ...ids),
      redis.zmscore(keys.cursors, ...ids),
      redis.hmget(keys.runs, ...ids),
      redis.hmgetBuffer(keys.ledgers, ...ids),
      redis.hmget(keys.successes, ...ids),
      Promise.all(ids.map((id) => redis.hgetall(keys.singles(id)))),
    ]),
  );
  return ids.map((id, i): ScheduleFacts => {
    const text = texts[i] ?? null;
    const cursor = cursors[i] ?? null;
    let row: ScheduleRow | undefined;
    const decoded = (): ScheduleRow | null => {
      if (text === null) return null;
      const ledger = decodeLedger(ledgers[i]);
      row ??= {
        schedule: read(id, text),
        cursor: cursor === null ? null : Number(cursor),
        runs: Number(runs[i] ?? 0),
        ...(ledger ? { ledger } : {}),
        singles: singlesOf(singles[i] ?? {}),
      };
      return row;
    };
    return {
      get row() {
        return decoded();
      },
      get lastSuccess() {
        return successOf(successes[i] ?? null);
      },
    };
  });
}

/** `<id> <ending>`. */
function successOf(text: string | null): ScheduleFacts['lastSuccess'] {
  if (text === null) return null;
  const blank = text.indexOf(' ');
  const result = decodeEnding(text.slice(blank + 1)).last?.result;
  return { taskId: text.slice(0, blank), ...(result === undefined ? {} : { result }) };
}

function singlesOf(all: Record<string, string>): Single[] {
  return Object.entries(all)
    .map(([nominal, word]): Single => [Number(nominal), word as Word])
    .sort(([a], [b]) => a - b);
}
