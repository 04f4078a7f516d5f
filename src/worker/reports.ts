/**
 * What the attempts of one account tell of themselves: gathered, and sent together a few times a second. The latest
 * progress counts; lines that are sent again are told apart by their numbers.
 */

import { LOG_LINES } from '../domain/input/sizes.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after } from '../runtime/timers.js';
import type { ClaimedTask, Report, RoadStore } from '../store/contract/index.js';

/** Between two calls, ms. */
const PACE = 250;
/** Characters that one call carries, about. */
const CALL = 1_000_000;

interface Untold {
  task: ClaimedTask;
  progress?: string;
  lines: string[];
  /** Number of the first of them. */
  from: number;
  /** Its attempt is over: sent once more, whether it arrives or not. */
  over: boolean;
}

export interface ReportsOptions {
  queue: string;
  worker: string;
  store: Pick<RoadStore, 'report'>;
  log: Log;
}

export class Reports {
  readonly #options: ReportsOptions;
  readonly #untold = new Map<string, Untold>();
  #sentAt = Number.NEGATIVE_INFINITY;
  #waits = false;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /** `text`: JSON. */
  progress(task: ClaimedTask, text: string): void {
    this.#of(task).progress = text;
    this.#wait();
  }

  /** `number`: of the line in its attempt, from 1 on. */
  line(task: ClaimedTask, number: number, text: string): void {
    const untold = this.#of(task);
    if (untold.lines.length === 0) untold.from = number;
    untold.lines.push(text);
    // More would not be kept.
    if (untold.lines.length > LOG_LINES) {
      untold.lines.shift();
      untold.from += 1;
    }
    this.#wait();
  }

  /** The attempt is over: what it told goes before its ending, on the same connection. */
  flush(task: ClaimedTask): void {
    const untold = this.#untold.get(task.token + task.id);
    if (!untold) return;
    untold.over = true;
    this.#send([untold]);
  }

  #of(task: ClaimedTask): Untold {
    const key = task.token + task.id;
    const known = this.#untold.get(key);
    if (known) return known;
    const untold: Untold = { task, lines: [], from: 1, over: false };
    this.#untold.set(key, untold);
    return untold;
  }

  /** What comes in one turn goes together; what comes soon after waits its time. */
  #wait(): void {
    if (this.#waits) return;
    this.#waits = true;
    after(Math.max(0, this.#sentAt + PACE - mono()), () => {
      this.#waits = false;
      this.#sentAt = mono();
      for (const portion of portionsOf(this.#untold.values())) this.#send(portion);
    });
  }

  #send(all: readonly Untold[]): void {
    for (const { task } of all) this.#untold.delete(task.token + task.id);
    const { queue, worker, store, log } = this.#options;
    store
      .report(queue, worker, all.map(reportOf))
      .catch((error: Error) => {
        log.debug({ event: 'store.failed', queue, error }, 'What attempts told of themselves is sent again');
        for (const one of all) if (!one.over) this.#putBack(one);
      })
      .catch(() => {});
  }

  /** Before what has come meanwhile. */
  #putBack({ task, progress, lines, from }: Untold): void {
    const now = this.#of(task);
    if (now.progress === undefined && progress !== undefined) now.progress = progress;
    if (lines.length > 0) {
      const together = [...lines, ...now.lines];
      now.lines = together.slice(-LOG_LINES);
      now.from = from + together.length - now.lines.length;
    }
    this.#wait();
  }
}

function reportOf({ task, progress, lines, from }: Untold): Report {
  const { id, token } = task;
  return { id, token, from, lines, ...(progress === undefined ? {} : { progress }) };
}

function* portionsOf(all: Iterable<Untold>): Generator<Untold[]> {
  let portion: Untold[] = [];
  let size = 0;
  for (const one of all) {
    const its = one.lines.reduce((sum, line) => sum + line.length, one.progress?.length ?? 0);
    if (portion.length > 0 && (size + its > CALL || portion.length === 500)) {
      yield portion;
      portion = [];
      size = 0;
    }
    portion.push(one);
    size += its;
  }
  if (portion.length > 0) yield portion;
}
