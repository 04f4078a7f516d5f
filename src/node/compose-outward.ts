/** What a node sends outside: a worker of its own for messages and pings, and the heartbeat of the cluster. */

import { OUTWARD_QUEUE, type Ping, sendPing } from '../alerts/outward.js';
import { outwardHandlers } from '../outward/handlers.js';
import { HeartbeatDuty } from '../outward/heartbeat.js';
import type { Log } from '../runtime/log.js';
import { within } from '../runtime/within.js';
import type { Store } from '../store/contract/index.js';
import { Worker } from '../worker/worker.js';
import type { Settings } from './settings-read.js';

export interface OutwardOptions {
  settings: Settings;
  store: Store;
  log: Log;
  hasLeader: () => Promise<boolean>;
}

/** Enough for what is on its way to each of as many targets as there may be, and for pings; one that waits costs next to nothing. */
const CONCURRENCY = 1_000;
/** What is on its way when the node stops, ms; the rest another node sends. */
const DRAIN = '1s';
const STOP_WITHIN = 3_000;
/** Of the node's name. */
const LONGEST = 50;

export class OutwardService {
  readonly #options: OutwardOptions;
  readonly #heartbeat: HeartbeatDuty | null;
  #worker: Worker | null = null;
  #starting: Promise<void> | null = null;
  #stopped = false;

  constructor(options: OutwardOptions) {
    const { settings, store, log, hasLeader } = options;
    const { heartbeat } = settings.outward;
    this.#options = options;
    this.#heartbeat = heartbeat ? new HeartbeatDuty({ ...heartbeat, store, log, hasLeader }) : null;
  }

  /** Names of the targets of this node. */
  get targets(): string[] {
    return this.#options.settings.outward.targets.map(({ name }) => name);
  }

  /** Nothing runs where nobody is to be told anything. */
  async start(): Promise<void> {
    this.#heartbeat?.start();
    if (this.targets.length > 0) await this.#working();
  }

  /** Who sends the first one sees to it that it gets out. */
  async ping(ping: Ping): Promise<void> {
    await sendPing(this.#options.store, ping);
    await this.#working();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const stopping = Promise.all([this.#heartbeat?.stop(), this.#worker?.stop()]);
    await within(STOP_WITHIN, stopping);
  }

  async #working(): Promise<void> {
    if (this.#stopped) return;
    this.#starting ??= this.#work();
    await this.#starting.catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
  }

  async #work(): Promise<void> {
    const { settings, store, log } = this.#options;
    const { outward, namespace, heartbeatAllow, name, lease } = settings;
    const worker = new Worker(
      {
        ...{ queues: [OUTWARD_QUEUE], concurrency: CONCURRENCY, lease: `${lease}ms`, drain: DRAIN },
        name: `${name.slice(0, LONGEST)}-outward`,
        handlers: outwardHandlers({ store, targets: outward.targets, cluster: namespace, heartbeatAllow }),
      },
      { store, log },
    );
    // What is over is told behind what was raised.
    await store.setQueue(OUTWARD_QUEUE, { settings: { keyOrder: 'strict' } });
    this.#worker = worker;
    await worker.start();
  }
}
