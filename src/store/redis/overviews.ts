/** What is told of many things at once, on Redis: counts, what is to come, runs, what was edited. */

import type { Priority, TaskState } from '../../domain/task/task.js';
import type {
  ComingPage,
  DuePlace,
  HandlerTally,
  OverviewStore,
  RunsOf,
  RunTimes,
} from '../contract/index.js';
import type { Connection } from './connection.js';
import { edited } from './edited.js';
import { holding } from './holding.js';
import type { Partition } from './partition.js';
import { entriesOf, queuesIn } from './places.js';
import { tally } from './tally.js';
import { items } from './wire.js';
import { withLanes } from './with-lanes.js';

/** Waiting tasks looked at in one script. */
const LOOKED_AT = 1_000;
/** Runs are mostly made less than this before they are due (ms; a long horizon or jitter: earlier): of tasks that are counted those are looked at, so many at most. */
const NEAR = 60_000;
const MOST_NEAR = 5_000;
/** Running tasks of a queue that are looked at. */
const MOST_RUNNING = 10_000;
/** Runs looked up in one script. */
const RUNS_AT_ONCE = 500;

export function overviewVerbs(connection: Connection): OverviewStore {
  return {
    holding: (queues, states) => holding(connection, queues, states),
    tally: (queue, range) => tally(connection, connection.partition(queue), range),
    handlersOf: (queue) => handlersOf(connection, connection.partition(queue)),
    coming: (queue, from, to, limit) => coming(connection, connection.partition(queue), from, to, limit),
    async dueCounts(queue, from, step, steps) {
      const asked = { from, step, steps, near: NEAR, scan: MOST_NEAR };
      const [, ...pairs] = await connection.call('due-counts', connection.partition(queue), asked);
      const counts = new Map<number, number>();
      for (let at = 0; at < pairs.length; at += 2) counts.set(Number(pairs[at]), Number(pairs[at + 1]));
      return counts;
    },
    runTimes: (asked) => runTimes(connection, asked),
    edited: (asked) => edited(connection, asked),
  };
}

async function handlersOf(connection: Connection, partition: Partition): Promise<HandlerTally> {
  const [, unseen, ...counts] = await withLanes(connection, partition, () =>
    connection.call('handlers-of', partition, {
      known: partition.lanesKnown,
      scan: MOST_RUNNING,
      more: items(partition.lanes.map(({ code }) => code)),
    }),
  );
  const found = new Map<string, { handler: string; ready: number; running: number }>();
  for (const [i, { handler }] of partition.lanes.entries()) {
    const one = found.get(handler) ?? { handler, ready: 0, running: 0 };
    one.ready += Number(counts[2 * i] ?? 0);
    one.running += Number(counts[2 * i + 1] ?? 0);
    found.set(handler, one);
  }
  const handlers = [...found.values()].sort((a, b) => (a.handler < b.handler ? -1 : 1));
  return { handlers, unseen: Number(unseen) };
}

async function coming(
  connection: Connection,
  partition: Partition,
  from: DuePlace,
  to: number,
  limit: number,
): Promise<ComingPage> {
  const page: ComingPage = { tasks: [], next: from };
  while (page.next && page.tasks.length < limit) {
    const [, score, member, ...texts] = await connection.call('coming', partition, {
      from: page.next.due,
      last: page.next.behind,
      to: Number.isFinite(to) ? to : '+inf',
      limit: limit - page.tasks.length,
      scan: LOOKED_AT,
    });
    for (let at = 0; at < texts.length; at += 4) {
      const [code = '', id = '', due, retried] = texts.slice(at, at + 4).map(String);
      page.tasks.push({
        ...{ id, ...(await laneOf(connection, partition, code)) },
        state: retried === '1' ? 'retrying' : 'scheduled',
        place: { due: Number(due), behind: `${code}:${id}` },
      });
    }
    page.next = member === '' ? null : { due: Number(score), behind: String(member) };
  }
  return page;
}

async function laneOf(
  connection: Connection,
  partition: Partition,
  code: string,
): Promise<{ handler: string; priority: Priority }> {
  if (!partition.lane(code)) await connection.readLanes(partition);
  const { handler = '', priority = 'normal' as const } = partition.lane(code) ?? {};
  return { handler, priority };
}

/** A schedule is asked for where it is; what is not there, where it was before. */
async function runTimes(connection: Connection, asked: readonly RunsOf[]): Promise<(RunTimes | null)[][]> {
  const entries = await entriesOf(
    connection,
    asked.map(({ schedule }) => schedule),
  );
  const found = new Map<string, RunTimes>();
  let open = asked.flatMap(({ schedule, nominals }, i) => {
    const queues = queuesIn(entries[i]);
    return nominals.map((nominal) => ({ id: `${schedule}@${nominal}`, queues }));
  });
  while (open.length > 0) {
    const byQueue = new Map<string, string[]>();
    for (const { id, queues } of open) {
      const [queue] = queues;
      if (queue === undefined) continue;
      const ids = byQueue.get(queue);
      if (ids) ids.push(id);
      else byQueue.set(queue, [id]);
    }
    await Promise.all(
      [...byQueue].map(([queue, ids]) => readTimes(connection, connection.partition(queue), ids, found)),
    );
    open = open
      .filter(({ id, queues }) => queues.length > 1 && !found.has(id))
      .map(({ id, queues }) => ({ id, queues: queues.slice(1) }));
  }
  return asked.map(({ schedule, nominals }) =>
    nominals.map((nominal) => found.get(`${schedule}@${nominal}`) ?? null),
  );
}

async function readTimes(
  connection: Connection,
  partition: Partition,
  ids: readonly string[],
  into: Map<string, RunTimes>,
): Promise<void> {
  const parts: string[][] = [];
  for (let at = 0; at < ids.length; at += RUNS_AT_ONCE) parts.push(ids.slice(at, at + RUNS_AT_ONCE));
  await Promise.all(
    parts.map(async (part) => {
      const [, ...texts] = await connection.call('run-times', partition, { more: items(part) });
      for (const [i, id] of part.entries()) {
        const [state, begun, started, finished] = texts.slice(4 * i, 4 * i + 4).map(String);
        if (state === '' || state === undefined) continue;
        into.set(id, {
          state: state as TaskState,
          ...(begun ? { startedAt: Number(begun) } : {}),
          ...(finished ? { last: { startedAt: Number(started), finishedAt: Number(finished) } } : {}),
        });
      }
    }),
  );
}
