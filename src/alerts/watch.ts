/**
 * The duty of each node that looks whether schedules do what is expected of them, and for all else that is wrong and
 * seen by looking (rounds.ts). The leader looks first; others look a little later, so that a leader that is stuck is
 * told of too. What stands is kept by the store, so whoever looks next does not tell it again.
 */

import { mono } from '../runtime/clock.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Signal } from '../store/contract/index.js';
import type { AlertKind } from './kinds.js';
import type { Ping } from './outward.js';
import { pingsOf, ToldPings } from './pings.js';
import { reconcile, type Seen } from './reconcile.js';
import { Rounds, type RoundsOptions } from './rounds.js';
import { SCHEDULE_KINDS, scheduleAlerts } from './schedule-alerts.js';
import { tellAlerts } from './tell.js';
import type { Alert } from './view.js';

export interface AlertWatchOptions extends RoundsOptions {
  /** Tells the heartbeat of a schedule how a run of it goes. */
  ping: (ping: Ping) => Promise<void>;
}

/** What others leave to the leader, ms. */
const LEADER_FIRST = 3_000;
/** Schedules looked at in one turn, and queues read anew in one. */
const AT_ONCE = 100;
/** Changed queues are read no more often than this, ms. */
const BETWEEN_READS = 500;
const LONGEST = 30_000;

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #rounds: Rounds;
  /** Queues whose schedules changed. */
  readonly #changed = new Set<string>();
  readonly #byQueue = new Map<string, readonly string[]>();
  /** When each schedule is looked at again, ms of the store's time. */
  readonly #again = new Map<string, number>();
  readonly #pings = new ToldPings();
  #readAt = Number.NEGATIVE_INFINITY;
  #known = false;
  #loop: Loop | undefined;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options);
  }

  start(): void {
    const { log } = this.#options;
    this.#loop = startLoop('alerts', () => this.tick(), { log, maxDelay: LONGEST });
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  /** The schedules of a queue changed, or it is new. */
  changed(queue: string): void {
    if (this.#changed.size === 0) this.#loop?.wake();
    this.#changed.add(queue);
  }

  /** Something was told. */
  heed(signal: Signal): void {
    if (this.#rounds.heed(signal)) this.#loop?.wake();
  }

  /** Something goes on in a queue that nothing may have been told of. */
  stir(queue: string): void {
    if (this.#rounds.stir(queue)) this.#loop?.wake();
  }

  /** Answers when to look again, ms from now. */
  async tick(): Promise<number> {
    const { store } = this.#options;
    await this.#remember();
    const reading = await this.#read();
    const now = await timeOf(store);
    const lag = this.#options.leads() ? 0 : LEADER_FIRST;
    const due = [...this.#again].flatMap(([id, at]) => (at + lag <= now ? [id] : []));
    if (due.length > 0) await this.#look(due.slice(0, AT_ONCE), now);
    const round = await this.#rounds.tick();
    if (due.length > AT_ONCE) return 0;
    const next = Math.min(...this.#again.values()) + lag - now;
    return Math.max(0, Math.min(reading, next, round));
  }

  /** What was raised before this node was there is looked at too: its schedule may be gone. */
  async #remember(): Promise<void> {
    if (this.#known) return;
    const standing = await this.#options.store.alerts();
    for (const { kind, subject } of standing) if (isOfSchedule(kind)) this.#again.set(subject, 0);
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

  async #look(ids: readonly string[], now: number): Promise<void> {
    const { store } = this.#options;
    const rows = await store.schedulesOf(ids);
    const wrong: Alert[] = [];
    for (const [i, id] of ids.entries()) wrong.push(...(await this.#one(id, rows[i] ?? null)));
    const subjects = new Set(ids);
    const seen: Seen = {
      wrong,
      mine: ({ kind, subject }) => isOfSchedule(kind) && subjects.has(subject),
    };
    const records = await reconcile(store, await store.alerts(), seen, now);
    // Whoever looks at the rest tells what others saw a moment later.
    if (this.#rounds.mine) await tellAlerts(this.#options, records);
  }

  async #one(id: string, row: (ScheduleRow & { queue: string }) | null): Promise<Alert[]> {
    const { store } = this.#options;
    const isWatched = row && this.#byQueue.get(row.queue)?.includes(id);
    if (!row || !isWatched) this.#again.delete(id);
    if (!row) return [];
    const now = await timeOf(store, row.queue);
    const { wrong, latest, again } = await scheduleAlerts(store, row, now);
    for (const ping of this.#pings.fresh(id, pingsOf(row, latest, now))) await this.#options.ping(ping);
    if (isWatched) this.#again.set(id, again);
    return wrong;
  }
}

function isOfSchedule(kind: string): boolean {
  return SCHEDULE_KINDS.includes(kind as AlertKind);
}
