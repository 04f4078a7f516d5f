/** Every fact of a task, from the fields that the scripts of the read side answer. */

import type { TaskState } from '../../domain/task/task.js';
import type { AttemptRecord, TaskFacts } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Lane, Partition } from './partition.js';
import { decodeEnding, decodeHistory, decodeTask } from './record.js';

/** How many fields the scripts answer for one task. */
export const FACT_FIELDS = 10;

/**
 * `fields`: record, ending, attempts, failures, history, dueAt (`late` where it waits to be judged, `parked` and ids where
 * it waits for those, `child`, when it is due and ids of its parents), worker, token, stop (ms and reason where it was
 * asked to), progress; '' for what there is not.
 */
export async function factsOf(
  connection: Connection,
  partition: Partition,
  id: string,
  fields: readonly string[],
): Promise<TaskFacts> {
  const [
    record = '',
    ending = '',
    attempts = '0',
    failures = '0',
    history = '',
    due = '',
    worker = '',
    token = '',
    stop = '',
    progress = '',
  ] = fields;
  const [waits, ...others] = due.split(' ');
  const child = waits === 'child' ? Number(others.shift()) : null;
  const parked = waits === 'parked' || child !== null;
  const task = decodeTask(record, id);
  const lane = await laneOf(connection, partition, task.lane);
  const past = decodeHistory(history);
  const ended = ending === '' ? null : decodeEnding(ending);
  const all: AttemptRecord[] = ended?.last ? [...past, ended.last] : past;
  const [heldAttempt = 0, startedAt = 0] = token.split(':').map(Number);
  const attempt = Math.max(Number.parseInt(attempts, 10), heldAttempt, all.at(-1)?.attempt ?? 0);
  return {
    id,
    queue: partition.queue,
    handler: lane.handler,
    priority: lane.priority,
    state: ended?.state ?? (parked ? 'scheduled' : stateOf(due !== '', worker !== '', attempt)),
    createdAt: task.createdAt,
    dueAt: child || (due === '' || due === 'late' || parked ? task.dueAt : Math.ceil(Number(due))),
    payload: task.payload,
    options: task.options,
    attempt,
    failures: Number(failures),
    ...(worker === '' ? {} : { held: { worker, attempt: heldAttempt, startedAt } }),
    history: all,
    ...(ended ? { finishedAt: ended.finishedAt } : {}),
    ...reasonOf(ended?.reason ?? (stop === '' ? undefined : stopReason(stop))),
    ...(stop === '' ? {} : { cancelRequested: true as const }),
    ...(progress === '' ? {} : { progress }),
    ...(parked ? { waitingFor: others.filter(Boolean) } : {}),
  };
}

function reasonOf(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Behind the time. */
function stopReason(stop: string): string | undefined {
  const text = stop.replace(/^\d+/, '');
  return text === '' ? undefined : (JSON.parse(text) as string);
}

function stateOf(waiting: boolean, held: boolean, attempt: number): TaskState {
  if (waiting) return attempt > 0 ? 'retrying' : 'scheduled';
  return held ? 'running' : 'ready';
}

async function laneOf(connection: Connection, partition: Partition, code: string): Promise<Lane> {
  if (!partition.lane(code)) await connection.readLanes(partition);
  return partition.lane(code) ?? { code, handler: '', priority: 'normal' };
}
