/** The read side on Redis, apart from the hot path: one task, lists, and the figures of a queue. */

import type { TaskState } from '../../domain/task/task.js';
import { PRIORITIES } from '../../domain/task/task.js';
import type { AttemptRecord, Page, Presence, QueueFacts, ReadStore, TaskFacts } from '../contract/index.js';
import type { Link } from './link.js';
import type { Lane, Partition } from './partition.js';
import { queuesOf } from './places.js';
import { plannedRuns } from './planned-runs.js';
import { settingsOf } from './queues.js';
import { decodeEnding, decodeHistory, decodeTask } from './record.js';
import { items } from './wire.js';

type Present = () => Promise<Presence[]>;

/** A look at one task may ask every worker for it, so few are looked at in one script. */
const LOOK_AT_ONCE = 50;

export function readVerbs(link: Link, present: Present): ReadStore {
  return {
    find: (id) => find(link, present, id),
    list: (queue, state, limit, cursor) => list(link, present, link.partition(queue), state, limit, cursor),
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
    const fields = reply.slice(1 + 8 * i, 9 + 8 * i).map((field) => String(field ?? ''));
    if (fields[0] !== '') found.push(await factsOf(link, partition, id, fields));
  }
  if (found.some(({ state }) => state === 'ready')) await markUnroutable(present, partition.queue, found);
  return found;
}

async function factsOf(link: Link, partition: Partition, id: string, fields: string[]): Promise<TaskFacts> {
  const [
    record = '',
    ending = '',
    attempts = '0',
    failures = '0',
    history = '',
    due = '',
    worker = '',
    token = '',
  ] = fields;
  const task = decodeTask(record);
  const lane = await laneOf(link, partition, task.lane);
  const past = decodeHistory(history);
  const ended = ending === '' ? null : decodeEnding(ending);
  const all: AttemptRecord[] = ended?.last ? [...past, ended.last] : past;
  const [heldAttempt = 0, startedAt = 0] = token.split(':').map(Number);
  const attempt = Math.max(Number(attempts), heldAttempt, all.at(-1)?.attempt ?? 0);
  return {
    id,
    queue: partition.queue,
    handler: lane.handler,
    priority: lane.priority,
    state: ended?.state ?? stateOf(due !== '', worker !== '', attempt),
    createdAt: task.createdAt,
    dueAt: due === '' ? task.dueAt : Math.ceil(Number(due)),
    payload: task.payload,
    options: task.options,
    attempt,
    failures: Number(failures),
    ...(worker === '' ? {} : { held: { worker, attempt: heldAttempt, startedAt } }),
    history: all,
    ...(ended ? { finishedAt: ended.finishedAt } : {}),
    ...(ended?.reason === undefined ? {} : { reason: ended.reason }),
  };
}

function stateOf(waiting: boolean, held: boolean, attempt: number): TaskState {
  if (waiting) return attempt > 0 ? 'retrying' : 'scheduled';
  return held ? 'running' : 'ready';
}

async function laneOf(link: Link, partition: Partition, code: string): Promise<Lane> {
  if (!partition.lane(code)) await link.readLanes(partition);
  return partition.lane(code) ?? { code, handler: '', priority: 'normal' };
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

async function list(
  link: Link,
  present: Present,
  partition: Partition,
  state: TaskState,
  limit: number,
  cursor?: string,
): Promise<Page<TaskFacts>> {
  const from = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0);
  const ids = await idsIn(link, partition, state, from, limit);
  const found = await look(link, present, partition, ids);
  return {
    // A task may have moved on between the two looks; the page tells the state it was asked for.
    items: found.filter((facts) => facts.state === state),
    nextCursor: ids.length < limit ? null : String(from + limit),
  };
}

async function idsIn(
  link: Link,
  partition: Partition,
  state: TaskState,
  from: number,
  limit: number,
): Promise<string[]> {
  const { keys } = partition;
  const to = from + limit - 1;
  switch (state) {
    case 'completed':
      return (await link.ask((redis) => redis.lrange(keys.finished, -1 - to, -1 - from))).reverse();
    case 'dead':
    case 'cancelled':
      return link.ask((redis) => redis.zrange(keys[state], from, String(to), 'REV'));
    case 'scheduled':
    case 'retrying':
      return (await link.ask((redis) => redis.zrange(keys.due, from, String(to)))).map(idOf);
    case 'ready':
      return readyIds(link, partition, from, limit);
    case 'running':
      return (await heldIds(link, partition)).slice(from, from + limit);
  }
}

/** A member is `<lane>:<id>`. */
function idOf(member: string): string {
  return member.slice(member.indexOf(':') + 1);
}

async function readyIds(link: Link, partition: Partition, from: number, limit: number): Promise<string[]> {
  await link.readLanes(partition);
  const ids: string[] = [];
  let skip = from;
  for (const priority of PRIORITIES) {
    for (const lane of partition.lanes.filter((candidate) => candidate.priority === priority)) {
      if (ids.length === limit) return ids;
      const key = partition.keys.ready(lane.code);
      const members = await link.ask((redis) => redis.lrange(key, skip, skip + limit - ids.length - 1));
      ids.push(...members.map(idOf));
      skip = members.length > 0 ? 0 : Math.max(0, skip - (await link.ask((redis) => redis.llen(key))));
    }
  }
  return ids;
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
