/** Which instant of each of many schedules was planned last, and what its task is now: two pipelines per queue. */

import type { PlannedRun, RunQuestion, TaskFacts } from '../contract/index.js';
import { LEDGER_SPAN } from './keys.js';
import type { Link } from './link.js';
import type { Partition } from './partition.js';
import { queuesIn } from './places.js';

type Look = (partition: Partition, ids: readonly string[]) => Promise<TaskFacts[]>;

/** A schedule that was asked about, in one of the queues that hold or once held it. */
interface Place extends RunQuestion {
  index: number;
}

interface Found {
  index: number;
  id: string;
  run: PlannedRun;
}

export async function plannedRuns(
  link: Link,
  questions: readonly RunQuestion[],
  look: Look,
): Promise<(PlannedRun | null)[]> {
  const answers: (PlannedRun | null)[] = questions.map(() => null);
  if (questions.length === 0) return answers;
  const names = questions.map(({ schedule }) => schedule);
  const entries = await link.ask((redis) => redis.hmget(link.registry.schedules, ...names));
  const byQueue = new Map<string, Place[]>();
  for (const [index, question] of questions.entries()) {
    for (const queue of queuesIn(entries[index])) {
      byQueue.set(queue, [...(byQueue.get(queue) ?? []), { index, ...question }]);
    }
  }
  const found = await Promise.all(
    [...byQueue].map(async ([queue, places]) => {
      const partition = link.partition(queue);
      return withStates(link, partition, await inLedger(link, partition, places), look);
    }),
  );
  for (const { index, run } of found.flat()) {
    const other = answers[index];
    if (!other || other.nominal < run.nominal) answers[index] = run;
  }
  return answers;
}

async function inLedger(link: Link, { keys }: Partition, places: readonly Place[]): Promise<Found[]> {
  const asked = places.flatMap(({ index, schedule, nominals }) =>
    nominals.map((nominal) => ({ index, schedule, nominal })),
  );
  const replies = await link.pipeline((pipeline) => {
    for (const { schedule, nominal } of asked) {
      const chunk = Math.floor(nominal / LEDGER_SPAN);
      pipeline.hexists(keys.ledger(schedule, chunk), String(nominal - chunk * LEDGER_SPAN));
    }
  });
  const first = new Map<number, Found>();
  for (const [i, { index, schedule, nominal }] of asked.entries()) {
    if (replies[i] !== 1 || first.has(index)) continue;
    first.set(index, { index, id: `${schedule}@${nominal}`, run: { nominal, state: null } });
  }
  return [...first.values()];
}

/** Ended ones are told apart without reading them: a record may be large. The few others are looked at. */
async function withStates(
  link: Link,
  partition: Partition,
  found: readonly Found[],
  look: Look,
): Promise<readonly Found[]> {
  const { keys } = partition;
  if (found.length === 0) return found;
  const replies = await link.pipeline((pipeline) => {
    for (const { id } of found) {
      pipeline
        .hexists(keys.tasks, id)
        .hexists(keys.endings, id)
        .zscore(keys.dead, id)
        .zscore(keys.cancelled, id);
    }
  });
  const open = new Map<string, PlannedRun>();
  for (const [i, { id, run }] of found.entries()) {
    const [known, ended, dead, cancelled] = replies.slice(4 * i, 4 * i + 4);
    if (known !== 1) continue;
    if (ended !== 1) open.set(id, run);
    else if (typeof dead === 'string') run.state = 'dead';
    else run.state = typeof cancelled === 'string' ? 'cancelled' : 'completed';
  }
  for (const { id, state } of await look(partition, [...open.keys()])) {
    const run = open.get(id);
    if (run) run.state = state;
  }
  return found;
}
