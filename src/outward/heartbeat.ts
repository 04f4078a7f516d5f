/** Says outside, now and then, that this cluster lives: only while somebody leads and plans, and once for all nodes. */

import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { randomText } from '../runtime/random.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import { sendOut } from './send.js';
import type { Heartbeat } from './settings.js';

export interface HeartbeatOptions extends Heartbeat {
  store: Pick<Store, 'remember' | 'office' | 'clock' | 'time'>;
  /** Whether somebody leads, as far as this node sees. */
  hasLeader: () => Promise<boolean>;
  log: Log;
}

/** A leader moves its watermark every three seconds while it plans: one that is older says that it does not, ms. */
const CURRENT = 15_000;
/** Where nobody leads, or planning stands still, it is seen again after this time at the latest, ms. */
const SOON = 2_000;

export class HeartbeatDuty {
  readonly #options: HeartbeatOptions;
  readonly #stopping = new AbortController();
  #loop: Loop | undefined;
  #failed = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    const { log, every } = this.#options;
    this.#loop ??= startLoop('heartbeat', () => this.tick(), { log, maxDelay: every });
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the node is stopping'));
    await this.#loop?.stop();
  }

  /** Answers when to look again, ms. */
  async tick(): Promise<number> {
    const { store, every } = this.#options;
    if (!(await this.#isCurrent())) return Math.min(every, SOON);
    const mine = randomText(8);
    // Of several nodes one says so, a little before the time is over: they do not all look at the same moment.
    if ((await store.remember('heartbeat', mine, Math.ceil(every * 0.95))) === mine) await this.#ping();
    return every;
  }

  async #isCurrent(): Promise<boolean> {
    const { store, hasLeader } = this.#options;
    if (!(await hasLeader())) return false;
    const planned = Number((await store.office())?.planned?.split(':')[1] ?? Number.NaN);
    return (await timeOf(store)) - planned <= CURRENT;
  }

  /** One that was not heard is not sent again: it would say later what is so now. */
  async #ping(): Promise<void> {
    const { url, store, log } = this.#options;
    const why = await sendOut({ url, method: 'GET' }, this.#stopping.signal, store.clock().now()).then(
      ({ status, said }) => (status >= 200 && status < 300 ? null : said),
      (error: Error) => error.message,
    );
    if (why !== null && !this.#failed)
      log.warn({ event: 'heartbeat.failed' }, `the heartbeat of the cluster was not heard: ${why}`);
    if (why === null && this.#failed)
      log.info({ event: 'heartbeat.recovered' }, 'the heartbeat of the cluster is heard again');
    this.#failed = why !== null;
  }
}
