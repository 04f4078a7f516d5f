/** What a driver sees at the end of a sequence. */

import { TASK_STATES } from '../../../src/domain/task/task.js';
import type { Stage } from './stage.js';

/** Every fact of these tasks and of the queue, without what two clocks cannot agree on. */
export async function factsSeen(stage: Stage, ids: readonly string[]): Promise<unknown> {
  const tasks = [];
  for (const id of ids) {
    const facts = await stage.store.find(id);
    if (!facts) continue;
    const { finishedAt, createdAt, dueAt, held, ...rest } = facts;
    tasks.push({
      ...rest,
      ended: finishedAt !== undefined,
      dueAt: dueAt === null ? null : dueAt - stage.start,
      held: held && [held.worker, held.attempt],
    });
  }
  const { pace, ...queue } = await stage.store.queueFacts(stage.queue);
  return { tasks, queue: { ...queue, totals: pace.totals, waits: pace.oldestAt !== undefined } };
}

/** Where every acknowledged task and every run that is kept stands. */
export async function conserved(
  stage: Stage,
  acknowledged: ReadonlySet<string>,
  runs: readonly string[],
): Promise<{ acknowledged: string[]; listed: string[]; counted: number }> {
  const listed: string[] = [];
  for (const state of TASK_STATES) listed.push(...(await stage.list(state, 3)));
  const facts = await stage.store.queueFacts(stage.queue);
  const states = await stage.states(runs);
  const kept = runs.filter((_, i) => states[i] !== null);
  const {
    queue: _,
    unroutable: __,
    paused: ___,
    settings: ____,
    owned: _____,
    pace: ______,
    ...counts
  } = facts;
  return {
    acknowledged: [...acknowledged, ...kept].sort(),
    listed: listed.sort(),
    counted: Object.values(counts).reduce((sum, count) => sum + count, 0),
  };
}
