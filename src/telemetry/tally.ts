/** Counts what the observers of a process are told: attempts, tasks that ended, instants decided on. */

import { readRunId } from '../domain/schedule/run-id.js';
import type {
  DecidedFate,
  EndedElsewhere,
  ObservedRecord,
  ObservedTask,
  Observer,
  Over,
} from '../runtime/observed.js';
import { type Count, Counts, type HistogramState, Histograms, Values } from './figures.js';
import { METRICS } from './table.js';

/** What is counted of one handler in one queue. */
interface Cell {
  readonly queue: string;
  readonly handler: string;
  readonly duration: HistogramState;
  readonly latency: HistogramState;
  readonly fireDelay: HistogramState;
  /** By outcome. */
  readonly attempts: Map<string, Count>;
  readonly tasks: Map<string, Count>;
}

/** Fates that are told as they are; any other is a reason for which an instant was skipped. */
const FATES: ReadonlySet<string> = new Set([
  'fired',
  'triggered',
  'missed',
  'coalesced',
  'shadow',
  'superseded',
]);

export class Tally implements Observer {
  readonly attempts = new Counts();
  readonly tasks = new Counts();
  readonly fires = new Counts();
  readonly promoted = new Counts();
  readonly errors = new Counts();
  readonly fenced = new Counts([[]]);
  readonly calls = new Histograms(METRICS.redis_call_duration_seconds.bounds);
  readonly duration = new Histograms(METRICS.attempt_duration_seconds.bounds);
  readonly latency = new Histograms(METRICS.queue_latency_seconds.bounds);
  readonly fireDelay = new Histograms(METRICS.fire_delay_seconds.bounds);
  readonly #queues = new Values();
  readonly #handlers = new Values();
  readonly #schedules = new Values();
  /** By queue, then by handler: most tasks ask for a cell that is there. */
  readonly #cells = new Map<string, Map<string, Cell>>();

  attemptStarted(task: ObservedTask, startedAt: number): void {
    // A later attempt has waited for its back-off, or for a worker that was lost.
    if (task.attempt > 1) return;
    const cell = this.#cell(task.queue, task.handler);
    const waited = Math.max(0, startedAt - task.dueAt) / 1_000;
    cell.latency.observe(waited);
    if (!task.id.includes('@')) return;
    const run = readRunId(task.id);
    if (run && run.kind === undefined) cell.fireDelay.observe(waited);
  }

  attemptEnded(task: ObservedTask, record: ObservedRecord, over: Over | null): void {
    const cell = this.#cell(task.queue, task.handler);
    cell.duration.observe((record.finishedAt - record.startedAt) / 1_000);
    countIn(cell, cell.attempts, this.attempts, record.outcome).value += 1;
    if (over) countIn(cell, cell.tasks, this.tasks, over).value += 1;
  }

  endedElsewhere({ queue, handler, what }: EndedElsewhere, count: number): void {
    const cell = this.#cell(queue, handler);
    (what === 'lost' ? this.attempts : this.tasks).of(cell.queue, cell.handler, what).value += count;
  }

  occurrencesDecided(_queue: string, schedule: string, fate: DecidedFate, count: number): void {
    this.fires.of(this.#schedules.of(schedule), FATES.has(fate) ? fate : 'skipped').value += count;
  }

  tasksPromoted(queue: string, count: number): void {
    this.promoted.of(this.#queues.of(queue)).value += count;
  }

  redisAnswered(script: string, ms: number): void {
    this.calls.of(script).observe(ms / 1_000);
  }

  redisFailed(code: string): void {
    this.errors.of(code).value += 1;
  }

  writeFenced(): void {
    this.fenced.of().value += 1;
  }

  #cell(queue: string, handler: string): Cell {
    const known = this.#cells.get(queue)?.get(handler);
    if (known) return known;
    const names = { queue: this.#queues.of(queue), handler: this.#handlers.of(handler) };
    const cell: Cell = {
      ...names,
      duration: this.duration.of(names.queue, names.handler),
      latency: this.latency.of(names.queue),
      fireDelay: this.fireDelay.of(names.queue),
      attempts: new Map(),
      tasks: new Map(),
    };
    // Where a name is no more told apart, whoever has it is looked for each time: this must not grow either.
    if (names.queue !== queue || names.handler !== handler) return cell;
    const ofQueue = this.#cells.get(queue) ?? new Map<string, Cell>();
    this.#cells.set(queue, ofQueue.set(handler, cell));
    return cell;
  }
}

/** Looked up once for each outcome of a handler. */
function countIn({ queue, handler }: Cell, known: Map<string, Count>, all: Counts, outcome: string): Count {
  let count = known.get(outcome);
  if (!count) {
    count = all.of(queue, handler, outcome);
    known.set(outcome, count);
  }
  return count;
}
