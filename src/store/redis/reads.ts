/** The read side on Redis, apart from the hot path: one task, lists, and the figures of a queue. */

import type { Presence, QueueFacts, ReadStore, TaskFacts } from '../contract/index.js';
import { FACT_FIELDS, factsOf } from './facts.js';
import type { Link } from './link.js';
import { list } from './list.js';
import type { Partition } from './partition.js';
import { queuesOf } from './places.js';
import { plannedRuns } from './planned-runs.js';
import { settingsOf } from './queues.js';
import { items } from './wire.js';

type Present = () => Promise<Presence[]>;

/** A look at one task may ask every worker for it, so few are looked at in one script. */
const LOOK_AT_ONCE = 50;

export function readVerbs(link: Link, present: Present): ReadStore {
  return {
    find: (id) => find(link, present, id),
    async list(queue, states, limit, cursor, range) {
      const page = await list(link, link.partition(queue), states, limit, cursor, range);
      if (page.items.some(({ state }) => state === 'ready')) await markUnroutable(present, queue, page.items);
      return page;
    },
    queueFacts: (queue) => queueFacts(link, present, link.partition(queue)),
    plannedRuns: (questions) =>
      plannedRuns(link, questions, (partition, ids) => look(link, present, partition, ids)),
  };
}

async function find(link: Link, present: Present, id: string): Promise<TaskFacts | null> {
  for (const queue of await candidates(link, id)) {
    const [facts] = await look(link, present, link.partition(queue), [id]);
    if (facts) return facts;
  }
  return null;
}

/** Queues whose partition may hold the id: by its schedule, or by the partition code in front. */
async function candidates(link: Link, id: string): Promise<string[]> {
  const at = id.indexOf('@');
  if (at > 0) return queuesOf(link, id.slice(0, at));
  const code = id.slice(0, Math.max(0, id.indexOf('-')));
  const queues = await link.ask((redis) => redis.smembers(link.registry.queues));
  return queues.filter((queue) => link.partition(queue).code === code);
}

async function look(
  link: Link,
  present: Present,
  partition: Partition,
  ids: readonly string[],
): Promise<TaskFacts[]> {
  if (ids.length === 0) return [];
  if (ids.length > LOOK_AT_ONCE) {
    const first = await look(link, present, partition, ids.slice(0, LOOK_AT_ONCE));
    return [...first, ...(await look(link, present, partition, ids.slice(LOOK_AT_ONCE)))];
  }
  const reply = await link.call('find', partition, { more: items(ids) });
  const found: TaskFacts[] = [];
  for (const [i, id] of ids.entries()) {
    const fields = reply
      .slice(1 + FACT_FIELDS * i, 1 + FACT_FIELDS * (i + 1))
      .map((field) => String(field ?? ''));
    if (fields[0] !== '') found.push(await factsOf(link, partition, id, fields));
  }
  if (found.some(({ state }) => state === 'ready')) await markUnroutable(present, partition.queue, found);
  return found;
}

async function markUnroutable(present: Present, queue: string, found: TaskFacts[]): Promise<void> {
  const served = servedHandlers(await present(), queue);
  for (const facts of found) {
    if (facts.state === 'ready' && !served.has(facts.handler)) facts.unroutable = true;
  }
}

/** Handlers that a present worker of this queue has. */
function servedHandlers(workers: readonly Presence[], queue: string): Set<string> {
  return new Set(
    workers
      .filter(({ queues }) => queues?.includes(queue) || queues?.includes('*'))
      .flatMap(({ handlers }) => handlers ?? []),
  );
}

async function heldIds(link: Link, partition: Partition): Promise<string[]> {
  const { keys } = partition;
  const workers = await link.ask((redis) => redis.zrange(keys.workers, 0, '-1'));
  const held = await Promise.all(
    workers.map((worker) => link.ask((redis) => redis.hkeys(keys.inflight(worker)))),
  );
  // A hash tells its fields in no order that lasts from one page to the next.
  return held
    .flat()
    .filter((id) => !id.startsWith('@'))
    .sort();
}

async function queueFacts(link: Link, present: Present, partition: Partition): Promise<QueueFacts> {
  const { keys, queue } = partition;
  await link.readLanes(partition);
  const lanes = partition.lanes;
  const [workers, running, waiting, completed, dead, cancelled, gone, settings, switches, ...ready] =
    await link.ask((redis) =>
      Promise.all([
        present(),
        heldIds(link, partition),
        redis.zcard(keys.due),
        redis.llen(keys.finished),
        redis.zcard(keys.dead),
        redis.zcard(keys.cancelled),
        redis.hgetall(keys.gone),
        redis.hgetall(keys.settings),
        redis.get(keys.switches),
        ...lanes.map((lane) => redis.llen(keys.ready(lane.code))),
      ]),
    );
  const served = servedHandlers(workers, queue);
  const unroutable: Record<string, number> = {};
  let total = 0;
  const cancelledIn = new Map<string, number>();
  for (const [member, count] of Object.entries(gone)) {
    const code = member.slice(0, member.indexOf(':'));
    cancelledIn.set(code, (cancelledIn.get(code) ?? 0) + Number(count));
  }
  for (const [i, lane] of lanes.entries()) {
    const length = (ready[i] ?? 0) - (cancelledIn.get(lane.code) ?? 0);
    total += length;
    if (length > 0 && !served.has(lane.handler))
      unroutable[lane.handler] = (unroutable[lane.handler] ?? 0) + length;
  }
  return {
    queue,
    scheduled: waiting,
    ready: total,
    running: running.length,
    completed,
    dead,
    cancelled,
    paused: switches?.includes('p') ?? false,
    settings: settingsOf(settings),
    unroutable,
  };
}
