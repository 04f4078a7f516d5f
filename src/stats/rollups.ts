/** Sends what a process has counted to its rollups, a few seconds later, and what partitions have tallied. */

import { isUnavailable } from '../domain/input/errors.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import { seldom } from '../runtime/seldom.js';
import { after } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { RollupCall, RollupCell, Store } from '../store/contract/index.js';
import { Counting } from './counting.js';
import { rowsOf, sortedTallies } from './tallied.js';

/** So much a process that is killed has not sent, ms. */
const EVERY = 5_000;
/** Cells of one call: it holds up others for a millisecond or two. */
const TOGETHER = 50;
/** How long an end waits for it, ms. */
const LAST = 1_000;
const TOLD_AGAIN = 3_600_000;
/** How long a call may be sent again, ms: each process, and each batch of tallies, leaves a key behind for so long. */
const REPEATED_FOR = 3_600_000;
const BATCH_REPEATED_FOR = 600_000;

export interface RollupsOptions {
  store: Pick<Store, 'rollUp' | 'takeTallies' | 'onTallies' | 'observed' | 'clock'>;
  log: Log;
  /** How large all rollups may be, bytes; absent: whatever was said before. */
  budget?: number | undefined;
}

export class Rollups {
  readonly #options: RollupsOptions;
  readonly #counting: Counting;
  readonly #source = randomText(12);
  readonly #stopListening: (() => void)[];
  readonly #mayTell = seldom(TOLD_AGAIN);
  readonly #mayWarn = seldom(60_000);
  /** Of the calls that were made. */
  #number = 0;
  /** What was taken and is not known to have arrived: sent first, and unchanged. */
  #unsent: RollupCall[] = [];
  /** Queues in which something may have been tallied, and the batch of it that was added and is to go. */
  readonly #tallying = new Map<string, string | null>();
  #cancel: (() => void) | null = null;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(options: RollupsOptions) {
    this.#options = options;
    const { store, budget } = options;
    this.#counting = new Counting(
      () => store.clock().now(),
      () => this.#soon(),
    );
    this.#stopListening = [
      store.observed.add(this.#counting),
      store.onTallies((queue) => {
        if (!this.#tallying.has(queue)) this.#tallying.set(queue, null);
        this.#soon();
      }),
    ];
    if (budget !== undefined) {
      this.#unsent.push(this.#call([], budget));
      this.#soon();
    }
  }

  /** Sends what there is, and listens no more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    this.#cancel?.();
    const last = async (): Promise<void> => {
      await this.#sending;
      await this.#send();
    };
    await within(LAST, last());
  }

  #soon(): void {
    // A timer would keep a process alive that Redis is gone from.
    if (this.#closed) return;
    this.#cancel ??= after(EVERY, () => {
      this.#cancel = null;
      this.#sending = this.#send().finally(() => {
        this.#sending = null;
      });
      this.#sending.catch(() => {});
    });
  }

  /** What fails stays, and is sent with the next. */
  async #send(): Promise<void> {
    try {
      await this.#deliver();
      const cells = this.#counting.take();
      for (let at = 0; at < cells.length; at += TOGETHER)
        this.#unsent.push(this.#call(cells.slice(at, at + TOGETHER)));
      await this.#deliver();
      for (const queue of [...this.#tallying.keys()]) await this.#collect(queue);
    } catch (error) {
      this.#soon();
      const { log } = this.#options;
      const told = { error: error as Error };
      if (isUnavailable(error))
        log.debug({ event: 'stats.waiting', ...told }, 'what was counted is sent later');
      else if (this.#mayWarn())
        log.warn(
          { event: 'stats.waiting', ...told },
          'what was counted could not be sent; it is tried again',
        );
    }
  }

  #call(cells: readonly RollupCell[], budget?: number): RollupCall {
    this.#number += 1;
    const call = { source: this.#source, number: this.#number, cells, repeatFor: REPEATED_FOR };
    return budget === undefined ? call : { ...call, budget };
  }

  async #deliver(): Promise<void> {
    for (;;) {
      const [call] = this.#unsent;
      if (!call) return;
      await this.#add(call);
      this.#unsent.shift();
    }
  }

  async #add(call: RollupCall): Promise<boolean> {
    const { added, gaveUp } = await this.#options.store.rollUp(call);
    if (gaveUp.length > 0 && this.#mayTell()) {
      this.#options.log.warn(
        { event: 'stats.trimmed', gaveUp },
        `statistics take more room than they may: the oldest ${gaveUp.join(', ')} were given up; CARILLON_STATS_BUDGET allows more`,
      );
    }
    return added;
  }

  /** Batches of a queue one after the other; each is added under its own name, whoever does it, and then let go. */
  async #collect(queue: string): Promise<void> {
    const { store } = this.#options;
    let taken = this.#tallying.get(queue) ?? null;
    for (;;) {
      const { batch, tallies } = await store.takeTallies(queue, taken);
      if (batch === null) break;
      const sorted = sortedTallies(tallies);
      const cells = rowsOf(queue, sorted, Math.floor(store.clock(queue).now() / 60_000));
      let first = false;
      // Of what counts for nobody too, so that it is told once.
      for (let at = 0; at === 0 || at < cells.length; at += TOGETHER) {
        const number = at / TOGETHER + 1;
        const some = cells.slice(at, at + TOGETHER);
        const call = { source: `${queue}#${batch}`, number, cells: some, repeatFor: BATCH_REPEATED_FOR };
        const added = await this.#add(call);
        first ||= added && number === 1;
      }
      // Somebody else who took it at the same time has told of it.
      if (first) this.#tell(queue, sorted);
      taken = batch;
      this.#tallying.set(queue, taken);
    }
    this.#tallying.delete(queue);
  }

  #tell(queue: string, tallies: ReturnType<typeof sortedTallies>): void {
    const { observed } = this.#options.store;
    for (const tally of tallies) {
      if (tally.what === 'occurrence') {
        observed.occurrencesDecided(queue, tally.schedule, tally.word, tally.count);
      } else {
        const { what, handler, schedule, count } = tally;
        observed.endedElsewhere({ queue, handler, schedule, what }, count);
      }
    }
  }
}
