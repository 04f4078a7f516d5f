/** All schedules in memory, brought up to date by what was edited since: to read ten thousand takes too long to do it often. */

import { mono } from '../runtime/clock.js';
import { slices } from '../runtime/slices.js';
import type { OverviewStore, RegistryStore, ScheduleRow, ScheduleStore } from '../store/contract/index.js';

export type KeptStore = Pick<OverviewStore, 'edited'> &
  Pick<RegistryStore, 'queues'> &
  Pick<ScheduleStore, 'schedulesFrom' | 'schedulesOf'>;

/** Schedules read at a time. */
const AT_ONCE = 250;
/** What was edited is known for an hour: who has not asked for this long (ms) reads everything anew. */
const TRUSTED = 1_800_000;
/** Between two rests, ms: others wait for the loop meanwhile. */
const SLICE = 4;

/** Who is told of what there is, also while others look at what it keeps. */
export interface Keeper {
  /** In place of what was put under this id before. */
  put(row: ScheduleRow): void;
  remove(id: string): void;
}

export class KeptSchedules {
  readonly #store: KeptStore;
  readonly #keeper: Keeper;
  /** By queue, as the store gives them. */
  #marks = new Map<string, string>();
  readonly #known = new Set<string>();
  #readAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #version = 0;

  constructor(store: KeptStore, keeper: Keeper) {
    this.#store = store;
    this.#keeper = keeper;
  }

  /** Another one after each change. */
  get version(): number {
    return this.#version;
  }

  /** What was edited before this call is known after it. Calls share what begins after them. */
  refresh(): Promise<void> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.#begin();
    this.#next = this.#after(this.#running);
    return this.#next;
  }

  async #after(running: Promise<void>): Promise<void> {
    await running.catch(() => {});
    this.#next = null;
    await this.#begin();
  }

  #begin(): Promise<void> {
    const running = this.#refresh().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #refresh(): Promise<void> {
    const queues = await this.#store.queues();
    const since = queues.map((queue) => ({ queue, since: this.#marks.get(queue) ?? '' }));
    const edited = await this.#store.edited(since);
    const marks = new Map(queues.map((queue, i) => [queue, edited[i]?.mark ?? '']));
    const gone = [...this.#marks.keys()].some((queue) => !marks.has(queue));
    const known = mono() - this.#readAt < TRUSTED && !gone && edited.every(({ ids }) => ids !== null);
    if (known) await this.#read(new Set(edited.flatMap(({ ids }) => ids ?? [])));
    else await this.#readAll();
    this.#marks = marks;
    this.#readAt = mono();
  }

  async #read(edited: ReadonlySet<string>): Promise<void> {
    const ids = [...edited];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const part = ids.slice(at, at + AT_ONCE);
      const rows = await this.#store.schedulesOf(part);
      for (const [i, id] of part.entries()) {
        const row = rows[i];
        if (row) this.#put(row);
        else this.#remove(id);
      }
    }
    if (ids.length > 0) this.#version += 1;
  }

  async #readAll(): Promise<void> {
    const all: ScheduleRow[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { rows, next } = await this.#store.schedulesFrom(after, AT_ONCE);
      all.push(...rows);
      after = next;
    }
    const rest = slices(SLICE);
    const there = new Set(all.map(({ schedule }) => schedule.definition.id));
    for (const id of [...this.#known]) if (!there.has(id)) this.#remove(id);
    for (const row of all) {
      this.#put(row);
      await rest();
    }
    this.#version += 1;
  }

  #put(row: ScheduleRow): void {
    this.#known.add(row.schedule.definition.id);
    this.#keeper.put(row);
  }

  #remove(id: string): void {
    this.#known.delete(id);
    this.#keeper.remove(id);
  }
}
