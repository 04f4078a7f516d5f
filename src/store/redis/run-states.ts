/** What became of occurrences: where an id's schedule is and was, its tasks are. Two pipelines per queue. */

import type { TaskState } from '../../domain/task/task.js';
import type { RunName, TaskFacts } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { entriesOf, queuesIn } from './places.js';

type Look = (partition: Partition, ids: readonly string[]) => Promise<TaskFacts[]>;

export async function runStates(
  connection: Connection,
  runs: readonly RunName[],
  look: Look,
): Promise<(TaskState | null)[]> {
  if (runs.length === 0) return [];
  const names = [...new Set(runs.map(({ schedule }) => schedule))];
  const entries = await entriesOf(connection, names);
  const queues = new Map(names.map((name, i) => [name, queuesIn(entries[i])]));
  const byQueue = new Map<string, string[]>();
  for (const { schedule, nominal } of runs) {
    for (const queue of queues.get(schedule) ?? []) {
      const ids = byQueue.get(queue);
      if (ids) ids.push(`${schedule}@${nominal}`);
      else byQueue.set(queue, [`${schedule}@${nominal}`]);
    }
  }
  const found = await Promise.all(
    [...byQueue].map(([queue, ids]) => statesOf(connection, connection.partition(queue), ids, look)),
  );
  const states = new Map(found.flatMap((some) => [...some]));
  return runs.map(({ schedule, nominal }) => states.get(`${schedule}@${nominal}`) ?? null);
}

/** Ended ones are told apart without reading them: a record may be large. The few others are looked at. */
async function statesOf(
  connection: Connection,
  partition: Partition,
  ids: readonly string[],
  look: Look,
): Promise<Map<string, TaskState>> {
  const { keys } = partition;
  const replies = await connection.pipeline((pipeline) => {
    for (const id of ids) {
      pipeline
        .hexists(keys.tasks, id)
        .hexists(keys.endings, id)
        .zscore(keys.dead, id)
        .zscore(keys.cancelled, id);
    }
  });
  const states = new Map<string, TaskState>();
  const open: string[] = [];
  for (const [i, id] of ids.entries()) {
    const [known, ended, dead, cancelled] = replies.slice(4 * i, 4 * i + 4);
    if (known !== 1) continue;
    if (ended !== 1) open.push(id);
    else if (typeof dead === 'string') states.set(id, 'dead');
    else states.set(id, typeof cancelled === 'string' ? 'cancelled' : 'completed');
  }
  for (const { id, state } of await look(partition, open)) states.set(id, state);
  return states;
}
