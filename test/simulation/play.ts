/** What happens in a simulation, dealt by a seed: people edit, leaders die, everything goes away and comes back. */

import { CarillonError } from '../../src/domain/input/errors.js';
import { startBackfill } from '../../src/operations/backfill.js';
import {
  pauseSchedule,
  putSchedule,
  removeSchedule,
  resumeSchedule,
  skipNext,
} from '../../src/schedules/edit.js';
import { triggerSchedule } from '../../src/schedules/trigger.js';
import type { Dice } from '../fault/dice.js';
import type { Cluster } from './cluster.js';
import { type Made, makeCatchUp, makePlan, makeSchedule } from './schedule-set.js';
import { type State, Tracks } from './tracks.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SOURCE = { kind: 'api', set: 'api' } as const;

export interface Game {
  schedules: number;
  end: number;
}

export async function play(cluster: Cluster, dice: Dice, { schedules, end }: Game): Promise<Tracks> {
  const { store } = cluster;
  const tracks = new Tracks();
  const paused = new Set<string>();
  /** When the pauses that have an end are over. */
  const ends = new Map<string, number>();
  await cluster.open();
  await cluster.elect();
  const ids = Array.from({ length: schedules }, (_, n) => `s${n}`);
  for (const id of ids) await put(id, makeSchedule(id, dice));
  let nextOutage = store.now + dice.between(20, 60) * HOUR;
  for (;;) {
    await cluster.until(atOddTime(store.now + dice.between(1, 50) * MINUTE));
    goOn();
    if (store.now > end - 6 * HOUR) break;
    const deed = dice.between(1, 100);
    if (store.now > nextOutage) {
      await outage();
      nextOutage = store.now + dice.between(20, 60) * HOUR;
    } else if (deed <= 45) cluster.kill(dice.between(0, 12));
    else await edit(dice.one(ids) ?? 's0');
  }
  await cluster.until(end);
  goOn();
  tracks.end(end);
  return tracks;

  /** Nobody does anything at a whole second: no instant lies on either side of an edit. */
  function atOddTime(at: number): number {
    return Math.floor(at / 1_000) * 1_000 + dice.between(300, 700);
  }

  async function put(id: string, made: Made): Promise<void> {
    await putSchedule(store, made.definition, SOURCE, store.now);
    turned(id, made);
  }

  /** Pauses that have come to their end, each at its own time. */
  function goOn(): void {
    for (const [id, at] of ends) {
      if (at > store.now) continue;
      ends.delete(id);
      paused.delete(id);
      const made = tracks.last(id)?.made;
      if (made) turned(id, made, at);
    }
  }

  /** A pause outlives every edit but the removal. */
  function turned(id: string, made: Made, at = store.now): void {
    const { enabled } = made.definition;
    const running: State = enabled === true ? 'live' : 'shadow';
    const state = enabled === false ? 'disabled' : paused.has(id) ? 'paused' : running;
    tracks.turned(id, at, state, made);
  }

  async function edit(id: string): Promise<void> {
    const last = tracks.last(id);
    const deed = dice.between(1, 7);
    if (!last) return put(id, makeSchedule(id, dice));
    const { made } = last;
    const { definition, plan } = made;
    if (dice.chance(0.2)) return trigger(id);
    if (dice.chance(0.2) && last.state === 'live') return skip(id);
    if (dice.chance(0.2)) return backfill(id);
    if (deed === 1 && !paused.has(id)) {
      const until = dice.chance(0.5) ? atOddTime(store.now + dice.between(1, 30) * HOUR) : undefined;
      await pauseSchedule(store, id, until === undefined ? {} : { until }, store.now);
      paused.add(id);
      if (until !== undefined) ends.set(id, until);
      turned(id, made);
    } else if (deed <= 4 && paused.has(id)) {
      await resumeSchedule(store, id, store.now);
      paused.delete(id);
      ends.delete(id);
      turned(id, made);
    } else if (deed === 2) {
      await removeSchedule(store, id, store.now);
      paused.delete(id);
      ends.delete(id);
      tracks.removed(id, store.now);
    } else if (deed === 3) await put(id, makeSchedule(id, dice, makePlan(dice)));
    else if (deed === 4) await put(id, { plan, definition: { ...definition, catchUp: makeCatchUp(dice) } });
    else if (last.state !== 'live') await put(id, { plan, definition: { ...definition, enabled: true } });
    else {
      const enabled = deed === 5 ? false : 'shadow';
      await put(id, { plan, definition: { ...definition, enabled } });
    }
  }

  async function skip(id: string): Promise<void> {
    const count = dice.between(1, 4);
    try {
      await skipNext(store, id, count, store.now);
      tracks.skipped(id, store.now, count);
      const made = tracks.last(id)?.made;
      if (made) turned(id, made);
    } catch (error) {
      // It has finished, or never begins.
      if (!(error instanceof CarillonError && error.code === 'conflict')) throw error;
    }
  }

  async function trigger(id: string): Promise<void> {
    try {
      const { id: task } = await triggerSchedule(store, id, dice.chance(0.3) ? { overlap: 'wait' } : {});
      tracks.triggered(id, store.now, task);
    } catch (error) {
      // It has finished, or a run of it is in progress.
      if (!(error instanceof CarillonError && error.code === 'conflict')) throw error;
    }
  }

  async function backfill(id: string): Promise<void> {
    const row = await store.schedule(id);
    const to = store.now - dice.between(0, 180) * MINUTE;
    const from = Math.max((tracks.life(id)?.epochs[0]?.from ?? 0) + 1, to - dice.between(1, 20) * HOUR);
    if (!row || from >= to) return;
    try {
      const wish = { from, to, ...(dice.chance(0.5) ? { perMinute: dice.one([1, 60]) ?? 1 } : {}) };
      const { id: operation } = await startBackfill(store, row, wish, store.now, 'somebody');
      tracks.backfilled(id, { id: operation, at: store.now, from, to });
    } catch (error) {
      // It has finished, or has no runs left.
      if (!(error instanceof CarillonError && error.code === 'conflict')) throw error;
    }
  }

  async function outage(): Promise<void> {
    // It ends so far behind a minute that no instant is just about late.
    const length = dice.between(1, 6) * HOUR + dice.between(0, 59) * MINUTE;
    const back = Math.floor((store.now + length) / MINUTE) * MINUTE + 40_500;
    const from = store.now;
    cluster.darken();
    await cluster.until(back);
    tracks.outages.push({ from, to: back });
    await cluster.lighten(back + 15_000);
    await cluster.until(back + dice.between(1, 15) * 1_000);
    cluster.catchUp();
    await cluster.until(back + 5 * MINUTE);
  }
}
