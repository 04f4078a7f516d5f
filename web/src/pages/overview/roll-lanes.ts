/** What the roll shows: lanes of schedules that run within ten minutes, each with its instants and their fates. */

import { signal } from '@preact/signals';
import { ask, pathTo } from '../../core/api.js';
import { timeNow } from '../../core/clock.js';
import { hear } from '../../core/stream.js';
import type { Happening, Occurrence, Page, ScheduleView } from '../../core/types.js';
import { watching } from '../../core/visible.js';

/** How far the roll shows to both sides of now, ms. */
export const REACH = 300_000;

export interface Instant {
  nominalAt: string;
  /** ms; where it is drawn. */
  due: number;
  /** The fate, or the state of its task. */
  said: string;
  taskId?: string;
}

export interface Lane {
  id: string;
  zone: string | undefined;
  /** By nominal time. */
  instants: Map<string, Instant>;
  /** The least ms between two of its instants. */
  apart: number;
  askedAt: number;
}

const MOST_LANES = 14;
/** Which schedules have a lane is looked up anew, and what lies ahead of each, ms. */
const LANES_EVERY = 15_000;
const AHEAD_EVERY = 45_000;
/** Instants whose run has not ended are asked for again, ms. */
const OPEN_EVERY = 2_500;
const OPEN = new Set(['preview', 'planned', 'scheduled', 'ready', 'running', 'retrying', 'fired']);
const AT_ONCE = 3;

/** Lanes in their order; drawn from, and changed in place between two drawings. */
export const lanes = signal<readonly Lane[]>([]);
/** How many more schedules would have one. */
export const hidden = signal(0);
/** The first answer has come. */
export const known = signal(false);

const soon = ({ nextDueAt, nextRuns }: ScheduleView): number =>
  Date.parse(nextDueAt?.[0] ?? nextRuns[0] ?? '') || Infinity;

async function findLanes(signal: AbortSignal): Promise<void> {
  const { items } = await ask<Page<ScheduleView>>('v1/schedules?limit=500', { signal });
  const now = timeNow();
  const near = items
    .filter((one) => {
      const last = one.lastRun ? Date.parse(one.lastRun.dueAt) : -Infinity;
      return soon(one) < now + REACH || last > now - REACH;
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  // Those that are there keep their place; nothing jumps.
  const before = new Map(lanes.value.map((lane) => [lane.id, lane]));
  const ids = near.slice(0, MOST_LANES);
  const next = ids.map(
    ({ id, timezone }): Lane =>
      before.get(id) ?? { id, zone: timezone, instants: new Map(), apart: Infinity, askedAt: 0 },
  );
  hidden.value = near.length - ids.length;
  known.value = true;
  if (next.length !== lanes.value.length || next.some((lane, i) => lane !== lanes.value[i]))
    lanes.value = next;
}

async function fill(lane: Lane, from: number, to: number, signal: AbortSignal): Promise<void> {
  const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit: 1_000 };
  const path = pathTo(['schedules', lane.id, 'occurrences'], query);
  const { items } = await ask<{ items: Occurrence[] }>(path, { signal });
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  // What an edit took away is not told any more.
  if (items.length < 1_000) {
    for (const [key, { due }] of lane.instants) if (due > first && due < last) lane.instants.delete(key);
  }
  for (const { nominalAt, dueAt, fate, state, taskId } of items) {
    if (fate === 'none' || fate === 'superseded' || fate === 'unknown') continue;
    const said = fate === 'fired' && state ? state : fate;
    lane.instants.set(nominalAt, { nominalAt, due: Date.parse(dueAt), said, ...(taskId ? { taskId } : {}) });
  }
  tidy(lane);
}

function tidy(lane: Lane): void {
  const oldest = timeNow() - REACH - 30_000;
  let before = -Infinity;
  let apart = Infinity;
  const sorted = [...lane.instants.values()].sort((a, b) => a.due - b.due);
  for (const { nominalAt, due } of sorted) {
    if (due < oldest) lane.instants.delete(nominalAt);
    else if (due > before) {
      apart = Math.min(apart, due - before);
      before = due;
    }
  }
  lane.apart = apart;
}

/** What is heard is shown at once; what is asked for later only confirms it. */
function take(happening: Happening): void {
  const lane = lanes.value.find(({ id }) => id === happening.schedule);
  const nominalAt = happening.task?.schedule?.nominalAt;
  if (!lane || happening.type !== 'schedule.fired' || !nominalAt || !happening.task) return;
  const instant = lane.instants.get(nominalAt);
  if (instant && OPEN.has(instant.said)) {
    instant.said = happening.task.state;
    instant.taskId = happening.task.id;
  }
}

/** Begins to ask; answers what ends it. */
export function followLanes(): () => void {
  const over = new AbortController();
  const { signal } = over;
  let lookedAt = 0;
  let timer: ReturnType<typeof setTimeout>;
  const deafen = hear((happening) => {
    if (/^(schedule\.(changed|removed|paused|resumed)|reset)$/.test(happening.type)) {
      lookedAt = 0;
      const lane = lanes.value.find(({ id }) => id === happening.schedule);
      if (lane) lane.askedAt = 0;
    }
    take(happening);
  });
  const look = async (): Promise<void> => {
    const now = timeNow();
    if (now - lookedAt > LANES_EVERY) {
      await findLanes(signal);
      lookedAt = now;
    }
    await each(lanes.value, async (lane) => {
      if (now - lane.askedAt > AHEAD_EVERY) {
        await fill(lane, now - REACH, now + REACH + AHEAD_EVERY, signal);
        lane.askedAt = now;
        return;
      }
      const open = [...lane.instants.values()].filter(({ due, said }) => due < now && OPEN.has(said));
      const oldest = Math.min(...open.map(({ due }) => due));
      if (open.length > 0) await fill(lane, oldest - 1, now, signal);
    });
  };
  const round = (): void => {
    const isFirst = lookedAt === 0;
    const looked = watching.value || isFirst ? look() : Promise.resolve();
    looked
      // The banner tells of an outage; what was known goes on drifting.
      .catch(() => {})
      .finally(() => {
        if (!signal.aborted) timer = setTimeout(round, OPEN_EVERY);
      });
  };
  round();
  return () => {
    over.abort();
    clearTimeout(timer);
    deafen();
  };
}

async function each<One>(all: readonly One[], act: (one: One) => Promise<void>): Promise<void> {
  const rest = [...all];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = rest.shift(); one; one = rest.shift()) await act(one);
    }),
  );
}
