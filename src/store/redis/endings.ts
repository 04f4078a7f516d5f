/** Endings other than completion on Redis: a worker's own, and the reaper's for workers that are gone. */

import type { EndingWord, ExpiredHold, ReapReply, Settlement } from '../contract/index.js';
import { CALL_TASKS } from './bounds.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { decodeHistory, decodeTask, encodeAttempt, encodeEnding } from './record.js';
import { wordsOf } from './replies.js';

export async function settle(
  connection: Connection,
  partition: Partition,
  worker: string,
  settlements: readonly Settlement[],
  onlyExpired: boolean,
): Promise<EndingWord[]> {
  const more = connection.rows(
    'settle',
    settlements.map(({ id, token, record, failure, next, firstStartedAt = '' }) => ({
      id,
      token,
      lane: laneOfToken(token),
      to: next.to,
      due: next.to === 'retry' ? next.due : 0,
      failure: failure ? 1 : 0,
      record:
        next.to === 'dead' || next.to === 'cancelled' ? encodeEnding(next.to, record) : encodeAttempt(record),
      since: firstStartedAt,
    })),
  );
  const [, letters, owes] = await connection.on(partition, 'settle', () => ({
    worker,
    onlyExpired: onlyExpired ? 1 : 0,
    more,
  }));
  if (owes === 1) connection.owes(partition);
  if (onlyExpired) connection.tallied(partition);
  return wordsOf(letters);
}

/** A token is `<attempt>:<claimed at>:<nonce>:<lane>`. */
function laneOfToken(token: string): string {
  return token.slice(token.lastIndexOf(':') + 1);
}

/** How many attempts in a row were lost, up to the latest. */
function lossesAtEnd(history: readonly { outcome: string }[]): number {
  const survived = history.findLastIndex(({ outcome }) => outcome !== 'lost');
  return history.length - 1 - survived;
}

/** What `reap` answers of each task. */
const HOLD_FIELDS = 9;

export async function reap(connection: Connection, partition: Partition, limit: number): Promise<ReapReply> {
  const reply = await connection.on(partition, 'reap', () => ({ limit: Math.min(limit, CALL_TASKS) }));
  const holds: ExpiredHold[] = [];
  if (reply[2] === 1) connection.tallied(partition);
  for (let i = 4; i < reply.length; i += HOLD_FIELDS) {
    const fields = reply.slice(i, i + HOLD_FIELDS).map(String);
    const [worker, id, token, failures, history, head, stop, since = '', lastBeat] = fields;
    const [attempt = 1, startedAt = 0] = (token ?? '').split(':').map(Number);
    holds.push({
      worker: worker ?? '',
      id: id ?? '',
      token: token ?? '',
      attempt,
      startedAt,
      failures: Number(failures),
      lossesBefore: lossesAtEnd(decodeHistory(history ?? '')),
      ...(since === '' ? {} : { firstStartedAt: Number(since) }),
      lastBeatAt: Number(lastBeat),
      options: decodeTask(head ?? '', id ?? '').options,
      ...(stop === '1' ? { cancelRequested: true } : {}),
    });
  }
  return { holds, children: reply[3] === 1 };
}
