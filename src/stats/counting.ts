/** Counts in this process what happens, by minute, queue, handler and schedule, until it is taken. */

import { bucketOf } from '../domain/stats/buckets.js';
import {
  addCounts,
  CANCELLED,
  COMPLETED,
  type Counts,
  countsOf,
  DEAD,
  ENQUEUED,
  FAILED,
  LATE,
  PLACES,
  RUN,
  WAIT,
} from '../domain/stats/counts.js';
import type { Subject } from '../domain/stats/tiers.js';
import type { ObservedRecord, ObservedTask, Observer, Over } from '../runtime/observed.js';
import type { RollupCell } from '../store/contract/index.js';

/** Not called as a method, like `charCodeAt` in store/redis/record.ts. */
const { indexOf } = String.prototype;

const MINUTE = 60_000;
/** Rows kept while nothing can be sent; beyond that what is new is counted with what stands of its handler. */
const MOST_ROWS = 10_000;

/** What is counted of a handler of a queue, or of a schedule, in one minute. */
interface Row {
  readonly queue: string;
  readonly handler: string;
  readonly schedule: string;
  readonly minute: number;
  /** Its minute, ms. */
  readonly from: number;
  readonly to: number;
  readonly counts: Uint32Array;
}

export class Counting implements Observer {
  readonly #now: () => number;
  readonly #began: () => void;
  #rows: Row[] = [];
  /** The latest row of each: by queue, handler, and schedule ('' for none). */
  #latest = new Map<string, Map<string, Map<string, Row>>>();
  /** Most tasks that end together are of one handler. */
  #last: Row | null = null;

  /** `now`: Redis time. `began`: there is something to take. */
  constructor(now: () => number, began: () => void) {
    this.#now = now;
    this.#began = began;
  }

  attemptEnded(task: ObservedTask, record: ObservedRecord, over: Over | null): void {
    const { startedAt, finishedAt, outcome } = record;
    const at = indexOf.call(task.id, '@');
    let row = this.#last;
    if (
      at >= 0 ||
      row === null ||
      finishedAt >= row.to ||
      finishedAt < row.from ||
      row.schedule !== '' ||
      row.handler !== task.handler ||
      row.queue !== task.queue
    )
      row = this.#row(task.queue, task.handler, at < 0 ? '' : task.id.slice(0, at), finishedAt);
    const { counts } = row;
    if (task.attempt === 1) {
      const place = (at >= 0 && isPlanned(task.id, at) ? LATE : WAIT) + bucketOf(startedAt - task.dueAt);
      counts[place] = (counts[place] as number) + 1;
    }
    if (outcome === 'released' || outcome === 'snoozed') return;
    const length = RUN + bucketOf(finishedAt - startedAt);
    counts[length] = (counts[length] as number) + 1;
    if (over === 'completed') counts[COMPLETED] = (counts[COMPLETED] as number) + 1;
    else {
      if (outcome !== 'completed' && outcome !== 'cancelled') add(row, FAILED, 1);
      if (over !== null) add(row, over === 'dead' ? DEAD : CANCELLED, 1);
    }
  }

  tasksMade(queue: string, handler: string, count: number): void {
    add(this.#row(queue, handler, '', this.#now()), ENQUEUED, count);
  }

  occurrencesDecided(queue: string, schedule: string, _fate: string, count: number, handler?: string): void {
    // What does not fire was tallied, and is collected with the rest.
    if (handler !== undefined) add(this.#row(queue, handler, schedule, this.#now()), ENQUEUED, count);
  }

  /** What was counted since it was taken last, by subject. */
  take(): RollupCell[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#latest = new Map();
    this.#last = null;
    return cellsOf(rows.map(({ counts, ...of }) => ({ ...of, counts: countsOf(counts) })));
  }

  #row(queue: string, handler: string, schedule: string, at: number): Row {
    const minute = Math.floor(at / MINUTE);
    const handlers = within(this.#latest, queue);
    const schedules = within(handlers, handler);
    const known = schedules.get(schedule);
    if (known && known.minute === minute) return this.#lastly(known);
    if (this.#rows.length >= MOST_ROWS) {
      const other = known ?? schedules.get('') ?? schedules.values().next().value;
      if (other) return this.#lastly(other);
    }
    const [from, counts] = [minute * MINUTE, new Uint32Array(PLACES)];
    const row = { queue, handler, schedule, minute, from, to: from + MINUTE, counts };
    if (this.#rows.length === 0) this.#began();
    this.#rows.push(row);
    schedules.set(schedule, row);
    return this.#lastly(row);
  }

  #lastly(row: Row): Row {
    this.#last = row;
    return row;
  }
}

function add({ counts }: Row, place: number, count: number): void {
  counts[place] = (counts[place] as number) + count;
}

function within<V>(of: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let found = of.get(key);
  if (!found) {
    found = new Map();
    of.set(key, found);
  }
  return found;
}

/** An instant of the calendar, live or caught up: no trigger, and no backfill. */
function isPlanned(id: string, at: number): boolean {
  return id.indexOf('!', at) < 0 && id.indexOf('+', at) < 0;
}

export interface CountedRow {
  queue: string;
  /** Absent: known of the queue and the schedule alone. */
  handler?: string;
  schedule: string;
  minute: number;
  counts: Counts;
}

/** Each row counts for its queue, its handler, its schedule, and all queues together. */
export function cellsOf(rows: readonly CountedRow[]): RollupCell[] {
  const sums = new Map<string, { subject: Subject; minute: number; row: Float64Array }>();
  for (const { queue, handler, schedule, minute, counts } of rows) {
    const subjects: Subject[] = [
      { kind: 'queue', name: '' },
      { kind: 'queue', name: queue },
    ];
    if (handler !== undefined) subjects.push({ kind: 'handler', name: handler });
    if (schedule !== '') subjects.push({ kind: 'schedule', name: schedule });
    for (const subject of subjects) {
      const key = `${minute} ${subject.kind} ${subject.name}`;
      const sum = sums.get(key) ?? { subject, minute, row: new Float64Array(PLACES) };
      addCounts(sum.row, counts);
      sums.set(key, sum);
    }
  }
  return [...sums.values()].map(({ subject, minute, row }) => ({ subject, minute, counts: countsOf(row) }));
}
