/** The queues of one node: takes up new ones at a pace, and looks where something was told that it did not hear. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { RegistryStore } from '../store/contract/index.js';
import type { QueueDuties } from './queue-duties.js';

/** How often it is seen whether something was told that was not heard, ms: recovery is promised within 10 s. */
const LOOK_EVERY = 8_000;
/** Which queues there are is asked when there are more or fewer than were known, and this often, ms. */
const LIST_EVERY = 60_000;
/** Queues are looked at so many at a time, and so far apart, ms: thousands may have been made at once. */
const AT_ONCE = 50;
const PACE = 100;

export interface ServedQueuesOptions {
  store: Pick<RegistryStore, 'queues' | 'told'>;
  log: Log;
  /** Duties for a queue that is new here. */
  takeUp(queue: string): QueueDuties;
  /** Something may have been told of this queue. */
  look(queue: string): void;
  /** After new ones were taken up, and whenever it is woken. */
  served(queues: Iterable<string>): Promise<void>;
}

export class ServedQueues {
  readonly #options: ServedQueuesOptions;
  readonly #duties = new Map<string, QueueDuties>();
  /** What the store said of each queue before it was last looked at. */
  readonly #told = new Map<string, string>();
  /** To be looked at. */
  readonly #waiting = new Set<string>();
  readonly #loop: Loop;
  #queues: readonly string[] = [];
  #listsAt = Number.NEGATIVE_INFINITY;
  #looksAt = Number.NEGATIVE_INFINITY;
  #takesAt = Number.NEGATIVE_INFINITY;

  constructor(options: ServedQueuesOptions) {
    this.#options = options;
    this.#loop = startLoop('queues', () => this.#tick(), { log: options.log, maxDelay: LOOK_EVERY });
  }

  get duties(): Iterable<QueueDuties> {
    return this.#duties.values();
  }

  of(queue: string): QueueDuties | undefined {
    return this.#duties.get(queue);
  }

  wake(): void {
    this.#loop.wake();
  }

  /** A queue was opened. */
  opened(queue: string): void {
    this.#waiting.add(queue);
    this.#loop.wake();
  }

  /** So many queues there are. */
  counted(queues: number): void {
    if (queues === this.#queues.length) return;
    this.#lookNow();
  }

  /** Signals may have been lost. */
  lookEverywhere(): void {
    for (const [queue, duties] of this.#duties) this.#lookSoon(queue, duties);
    this.#lookNow();
  }

  #lookNow(): void {
    this.#listsAt = Number.NEGATIVE_INFINITY;
    this.#looksAt = Number.NEGATIVE_INFINITY;
    this.#loop.wake();
  }

  /** Whoever waits until a time waits by the time before a step of its clock. */
  lookWhereStepped(): void {
    for (const [queue, duties] of this.#duties) if (duties.hasStepped()) this.#lookSoon(queue, duties);
    if (this.#waiting.size > 0) this.#loop.wake();
  }

  /** Where something goes on at once, where nothing does one after the other. */
  #lookSoon(queue: string, duties: QueueDuties): void {
    if (duties.quiet) this.#waiting.add(queue);
    else this.#look(queue, duties);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#loop.stop().then(() => this.#stopDuties()), this.#stopDuties()]);
  }

  async #stopDuties(): Promise<void> {
    await Promise.all([...this.#duties.values()].map((duties) => duties.stop()));
  }

  async #tick(): Promise<number> {
    if (mono() >= this.#looksAt) await this.#compare();
    if (this.#waiting.size > 0 && mono() >= this.#takesAt) await this.#takeSome();
    await this.#options.served(this.#duties.keys());
    return (this.#waiting.size > 0 ? this.#takesAt : this.#looksAt) - mono();
  }

  /** One question for all queues, however many there are; a queue at rest costs no other. */
  async #compare(): Promise<void> {
    const { store } = this.#options;
    if (mono() >= this.#listsAt) {
      this.#queues = await store.queues();
      this.#listsAt = mono() + LIST_EVERY;
    }
    const told = await store.told(this.#queues);
    for (const [i, queue] of this.#queues.entries()) {
      if (this.#told.get(queue) !== told[i]) this.#waiting.add(queue);
    }
    this.#looksAt = mono() + LOOK_EVERY;
  }

  async #takeSome(): Promise<void> {
    this.#takesAt = mono() + PACE;
    const some = [...this.#waiting].slice(0, AT_ONCE);
    // Asked before they are looked at: what is told meanwhile shows the next time.
    const told = await this.#options.store.told(some);
    for (const [i, queue] of some.entries()) {
      this.#waiting.delete(queue);
      this.#told.set(queue, told[i] ?? '');
      const duties = this.#duties.get(queue);
      if (duties) this.#look(queue, duties);
      else this.#duties.set(queue, this.#options.takeUp(queue));
    }
  }

  #look(queue: string, duties: QueueDuties): void {
    duties.wake();
    this.#options.look(queue);
  }
}
