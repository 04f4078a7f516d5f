/**
 * The duty of each node that looks whether schedules do what is expected of them, and tells once when one does not and
 * once when it does again; and for all else that is wrong and seen by looking. The leader looks first; others look a little later, so that a leader that is stuck is told
 * of too. What was raised is kept by the store, so whoever looks next does not tell it again.
 */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { timeOf } from '../store/contract/clock.js';
import type { RaisedAlert, ScheduleRow, Store } from '../store/contract/index.js';
import { isPresent } from './list.js';
import { presentAlerts } from './present.js';
import { reconcile } from './reconcile.js';
import { SCHEDULE_KINDS, scheduleAlerts } from './schedule-alerts.js';
import { tellAlerts } from './tell.js';
import type { Alert, AlertKind } from './view.js';

export interface AlertWatchOptions {
  store: Store;
  log: Log;
  /** The process, as it raises. */
  by: string;
  /** Whether this node leads; whether any does. */
  leads: () => boolean;
  hasLeader: () => Promise<boolean>;
}

/** What others leave to the leader, ms. */
const LEADER_FIRST = 3_000;
/** Schedules looked at in one turn, and queues read anew in one. */
const AT_ONCE = 100;
/** Changed queues are read no more often than this, ms. */
const BETWEEN_READS = 500;
/** How often the leader looks for what is found by looking, ms. */
const BETWEEN_SWEEPS = 30_000;

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  /** Queues whose schedules changed. */
  readonly #changed = new Set<string>();
  readonly #byQueue = new Map<string, readonly string[]>();
  /** When each schedule is looked at again, ms of the store's time. */
  readonly #again = new Map<string, number>();
  #readAt = Number.NEGATIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #known = false;
  /** Nobody led at the last look. */
  #leaderless = false;
  #loop: Loop | undefined;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { log } = this.#options;
    this.#loop = startLoop('alerts', () => this.tick(), { log, maxDelay: BETWEEN_SWEEPS });
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  /** The schedules of a queue changed, or it is new. */
  changed(queue: string): void {
    if (this.#changed.size === 0) this.#loop?.wake();
    this.#changed.add(queue);
  }

  /** Answers when to look again, ms from now. */
  async tick(): Promise<number> {
    const { store } = this.#options;
    await this.#remember();
    const reading = await this.#read();
    const now = await timeOf(store);
    const lag = this.#options.leads() ? 0 : LEADER_FIRST;
    const due = [...this.#again].flatMap(([id, at]) => (at + lag <= now ? [id] : []));
    if (due.length > 0) await this.#look(due.slice(0, AT_ONCE));
    const sweep = await this.#sweep();
    if (due.length > AT_ONCE) return 0;
    const next = Math.min(...this.#again.values()) + lag - now;
    return Math.max(0, Math.min(reading, next, sweep));
  }

  /** What others raised before this node was there is looked at too: its schedule may be gone. */
  async #remember(): Promise<void> {
    if (this.#known) return;
    const raised = await this.#options.store.raised();
    for (const { kind, subject } of raised) if (isOfSchedule(kind)) this.#again.set(subject, 0);
    this.#known = true;
  }

  /** Which schedules of changed queues are watched; answers when to read the others. */
  async #read(): Promise<number> {
    if (this.#changed.size === 0) return Number.POSITIVE_INFINITY;
    const wait = this.#readAt + BETWEEN_READS - mono();
    if (wait > 0) return wait;
    for (const queue of [...this.#changed].slice(0, AT_ONCE)) {
      const ids = await this.#options.store.watched(queue);
      this.#changed.delete(queue);
      // Those that were watched are looked at once more, which clears what was raised of them.
      for (const id of [...(this.#byQueue.get(queue) ?? []), ...ids]) this.#again.set(id, 0);
      if (ids.length > 0) this.#byQueue.set(queue, ids);
      else this.#byQueue.delete(queue);
    }
    this.#readAt = mono();
    return this.#changed.size > 0 ? BETWEEN_READS : Number.POSITIVE_INFINITY;
  }

  async #look(ids: readonly string[]): Promise<void> {
    const { store, by, log } = this.#options;
    const rows = await store.schedulesOf(ids);
    const wrong: Alert[] = [];
    for (const [i, id] of ids.entries()) wrong.push(...(await this.#one(id, rows[i] ?? null)));
    const subjects = new Set(ids);
    const mine = ({ kind, subject }: RaisedAlert): boolean => isOfSchedule(kind) && subjects.has(subject);
    tellAlerts(log, await reconcile(store, wrong, mine, by));
  }

  async #one(id: string, row: (ScheduleRow & { queue: string }) | null): Promise<Alert[]> {
    const { store } = this.#options;
    const isWatched = row && this.#byQueue.get(row.queue)?.includes(id);
    if (!row || !isWatched) this.#again.delete(id);
    if (!row) return [];
    const now = await timeOf(store, row.queue);
    const { wrong, again } = await scheduleAlerts(store, row, now);
    if (isWatched) this.#again.set(id, again);
    return wrong;
  }

  /** What is seen by looking is told by the leader, or by whoever sees that there is none. */
  async #sweep(): Promise<number> {
    const { store, by, log, leads, hasLeader } = this.#options;
    const wait = this.#sweptAt + BETWEEN_SWEEPS - mono();
    if (wait > 0) return wait;
    if (!leads() && !this.#leaderless) {
      this.#leaderless = !(await hasLeader());
      // One who takes over needs a moment for it.
      if (this.#leaderless) return LEADER_FIRST;
      this.#sweptAt = mono();
      return BETWEEN_SWEEPS;
    }
    this.#sweptAt = mono();
    this.#leaderless = false;
    if (leads() || !(await hasLeader())) {
      tellAlerts(log, await reconcile(store, await presentAlerts(store, hasLeader), isPresent, by));
    }
    return BETWEEN_SWEEPS;
  }
}

function isOfSchedule(kind: string): boolean {
  return SCHEDULE_KINDS.includes(kind as AlertKind);
}
