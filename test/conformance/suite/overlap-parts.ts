/** Schedules with each overlap policy on a stage, and runs of them that come due. */

import { expect } from 'vitest';
import { type RunKind, triggerId } from '../../../src/domain/schedule/run-id.js';
import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import type { TaskState } from '../../../src/domain/task/task.js';
import type { ClaimedTask, PlanEntry, Settlement } from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import type { Stage } from './stage.js';

/** Recorded, also of what was asked to stop. */
const ENDED = ['ok', 'stopped'];

/** A schedule whose instants are planned one by one, each due at once. */
export class Runs {
  readonly id: string;
  readonly stage: Stage;
  #cursor: number;
  #triggers = 0;

  private constructor(stage: Stage, id: string) {
    this.stage = stage;
    this.id = id;
    this.#cursor = stage.start - 2_000;
  }

  static async open(stage: Stage, overlap: Overlap, id: string = overlap): Promise<Runs> {
    const runs = new Runs(stage, id);
    const schedule = plain(id, stage.queue, { overlap });
    expect(await stage.store.edit(stage.queue, scheduleEdit(schedule, runs.#cursor))).toBe('ok');
    return runs;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Plans the next instant, caught up or live, and promotes it; answers its id. */
  async next(kind: Extract<RunKind, 'live' | 'catchUp'> = 'live', handler = 'work'): Promise<string> {
    const id = await this.plan(kind, handler);
    await this.stage.store.promote(this.stage.queue, 100);
    return id;
  }

  /** Plans the next instant and promotes nothing. */
  async plan(
    kind: Extract<RunKind, 'live' | 'catchUp'> = 'live',
    handler = 'work',
    concurrencyKey?: string,
  ): Promise<string> {
    const { store, queue } = this.stage;
    const term = await this.stage.rule();
    const nominal = this.#cursor;
    const id = `${this.id}@${nominal}`;
    const run = kind === 'catchUp' ? { run: { kind, nominal } } : {};
    const options = { options: { ...run, ...(concurrencyKey === undefined ? {} : { concurrencyKey }) } };
    const entry: PlanEntry = {
      ...{ schedule: this.id, revision: 1, cursor: nominal, next: nominal + 1 },
      occurrences: [{ nominal, draft: this.stage.draft(id, { due: nominal, handler, ...options }) }],
    };
    expect(await store.plan(queue, term, [entry])).toEqual(['planned']);
    this.#cursor += 1;
    return id;
  }

  async trigger(overlap?: Overlap, handler = 'work'): Promise<string> {
    const id = triggerId(this.id, this.stage.start + this.#triggers++, 'x', overlap);
    await this.stage.store.enqueue(this.stage.queue, [this.stage.draft(id, { handler })]);
    return id;
  }

  /** Ends what a worker holds. */
  async end(task: ClaimedTask, to: Settlement['next'], worker = 'w'): Promise<void> {
    const { store, queue } = this.stage;
    const [word] = await store.settle(queue, worker, [this.stage.settlement(task, worker, to)]);
    expect(ENDED).toContain(word);
  }

  async complete(task: ClaimedTask, worker = 'w'): Promise<void> {
    const [word] = await this.stage.complete(worker, [this.stage.completion(task, worker)]);
    expect(ENDED).toContain(word);
  }

  /** What became of the instants that did not run, and how many counted. */
  async told(): Promise<{ runs: number; singles: string[] }> {
    const row = await this.stage.store.schedule(this.id);
    return { runs: row?.runs ?? 0, singles: (row?.singles ?? []).map(([, word]) => word) };
  }

  /** Those of these runs that are at work or may be at any time; beside one that was triggered to overlap there may be others. */
  async underWay(ids: readonly string[]): Promise<string[]> {
    const mine = ids.filter((id) => id.startsWith(`${this.id}@`) && !id.includes('!a'));
    const states = await this.stage.states(mine);
    return mine.filter((_, i) => ['ready', 'running', 'retrying'].includes(states[i] ?? ''));
  }

  states(ids: readonly string[]): Promise<(TaskState | null)[]> {
    return this.stage.states(ids);
  }
}
