/** The read side on Redis, apart from the hot path: one task, lists, and the figures of a queue. */

import type { ReadStore, TaskFacts } from '../contract/index.js';
import type { Connection } from './connection.js';
import { FACT_FIELDS, factsOf } from './facts.js';
import { glances } from './glances.js';
import { list } from './list.js';
import type { Partition } from './partition.js';
import { queuesOf } from './places.js';
import { queueFacts, queuesFacts } from './queue-facts.js';
import { logs } from './reports.js';
import { runStates } from './run-states.js';
import { servedHandlers } from './served.js';
import { items } from './wire.js';

/** Tasks looked at in one script: their records may be large. */
const LOOK_AT_ONCE = 100;

export function readVerbs(connection: Connection): ReadStore {
  return {
    find: finder(connection),
    async list(queue, states, limit, cursor, range) {
      const page = await list(connection, connection.partition(queue), states, limit, cursor, range);
      await markUnroutable(connection, queue, page.items);
      return page;
    },
    logs: (queue, id, limit, after) => logs(connection, connection.partition(queue), id, limit, after),
    queueFacts: (queue) => queueFacts(connection, connection.partition(queue)),
    glance: (queues) => glances(connection, queues),
    queuesFacts: (queues) => queuesFacts(connection, queues),
    served: async (queue) => (await servedHandlers(connection))(queue),
    runStates: (asked) => runStates(connection, asked, (partition, ids) => look(connection, partition, ids)),
    runs: (schedule, nominals) => runs(connection, schedule, nominals),
  };
}

/** One-off tasks begin with the code of their partition; queues are read again for one that is in none of those known. */
function finder(connection: Connection): ReadStore['find'] {
  let queues: readonly string[] = [];
  const within = (code: string): string[] =>
    queues.filter((queue) => connection.partition(queue).code === code);
  const first = async (asked: readonly string[], id: string): Promise<TaskFacts | null> => {
    for (const queue of asked) {
      const [facts] = await look(connection, connection.partition(queue), [id]);
      if (facts) return facts;
    }
    return null;
  };
  return async (id) => {
    const at = id.indexOf('@');
    if (at > 0) return first(await queuesOf(connection, id.slice(0, at)), id);
    const code = id.slice(0, Math.max(0, id.indexOf('-')));
    const known = within(code);
    const found = await first(known, id);
    if (found) return found;
    queues = await connection.ask((redis) => redis.smembers(connection.registry.queues));
    return first(
      within(code).filter((queue) => !known.includes(queue)),
      id,
    );
  };
}

async function runs(
  connection: Connection,
  schedule: string,
  nominals: readonly number[],
): Promise<Map<number, TaskFacts>> {
  const ids = nominals.map((nominal) => `${schedule}@${nominal}`);
  const found = new Map<number, TaskFacts>();
  for (const queue of ids.length === 0 ? [] : await queuesOf(connection, schedule)) {
    for (const facts of await look(connection, connection.partition(queue), ids)) {
      found.set(Number(facts.id.slice(schedule.length + 1)), facts);
    }
  }
  return found;
}

async function look(
  connection: Connection,
  partition: Partition,
  ids: readonly string[],
): Promise<TaskFacts[]> {
  if (ids.length === 0) return [];
  if (ids.length > LOOK_AT_ONCE) {
    const first = await look(connection, partition, ids.slice(0, LOOK_AT_ONCE));
    return [...first, ...(await look(connection, partition, ids.slice(LOOK_AT_ONCE)))];
  }
  const reply = await connection.call('find', partition, { more: items(ids) });
  const found: TaskFacts[] = [];
  for (const [i, id] of ids.entries()) {
    const fields = reply
      .slice(1 + FACT_FIELDS * i, 1 + FACT_FIELDS * (i + 1))
      .map((field) => String(field ?? ''));
    if (fields[0] !== '') found.push(await factsOf(connection, partition, id, fields));
  }
  await markUnroutable(connection, partition.queue, found);
  return found;
}

async function markUnroutable(
  connection: Connection,
  queue: string,
  found: readonly TaskFacts[],
): Promise<void> {
  if (!found.some(({ state }) => state === 'ready')) return;
  const served = (await servedHandlers(connection))(queue);
  for (const facts of found) {
    if (facts.state === 'ready' && !served.has(facts.handler)) facts.unroutable = true;
  }
}
