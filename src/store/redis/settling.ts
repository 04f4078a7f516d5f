/** Endings other than completion on Redis: a worker's own, and the reaper's for workers that are gone. */

import type { EndingWord, ExpiredHold, Settlement } from '../contract/index.js';
import { CALL_TASKS } from './limits.js';
import type { Link } from './link.js';
import type { Partition } from './partition.js';
import { decodeHistory, decodeTask, encodeAttempt, encodeEnding } from './record.js';
import { wordsOf } from './replies.js';

export async function settle(
  link: Link,
  partition: Partition,
  worker: string,
  settlements: readonly Settlement[],
  onlyExpired: boolean,
): Promise<EndingWord[]> {
  const { keys } = partition;
  const items = settlements.flatMap(({ id, token, record, failure, next }) => [
    id,
    token,
    laneOfToken(token),
    next.to,
    next.to === 'retry' ? next.due : 0,
    failure ? 1 : 0,
    next.to === 'dead' || next.to === 'cancelled' ? encodeEnding(next.to, record) : encodeAttempt(record),
  ]);
  const [, letters] = await link.on(partition, 'settle', () => ({
    keys: [
      keys.layout,
      keys.inflight(worker),
      keys.workers,
      keys.due,
      keys.attempts,
      keys.failures,
      keys.history,
      keys.endings,
      keys.dead,
      keys.cancelled,
    ],
    args: [keys.prefix, worker, onlyExpired ? 1 : 0, link.registry.channel, partition.queue, ...items],
  }));
  return wordsOf(letters);
}

/** A token is `<attempt>:<claimed at>:<nonce>:<lane>`. */
function laneOfToken(token: string): string {
  return token.slice(token.lastIndexOf(':') + 1);
}

export async function expired(link: Link, partition: Partition, limit: number): Promise<ExpiredHold[]> {
  const { keys } = partition;
  const reply = await link.on(partition, 'reap', () => ({
    keys: [keys.layout, keys.workers, keys.tasks, keys.failures, keys.history],
    args: [keys.prefix, Math.min(limit, CALL_TASKS)],
  }));
  const holds: ExpiredHold[] = [];
  for (let i = 2; i < reply.length; i += 6) {
    const [worker, id, token, failures, history, head] = reply.slice(i, i + 6).map(String);
    const [attempt = 1, startedAt = 0] = (token ?? '').split(':').map(Number);
    holds.push({
      worker: worker ?? '',
      id: id ?? '',
      token: token ?? '',
      attempt,
      startedAt,
      failures: Number(failures),
      lostBefore: decodeHistory(history ?? '').at(-1)?.outcome === 'lost',
      options: decodeTask(head ?? '').options,
    });
  }
  return holds;
}
