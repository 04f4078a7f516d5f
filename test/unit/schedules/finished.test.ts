/** A schedule that has finished says so, and why; one in the shadow writes down what would have run. */

import { describe, expect, test } from 'vitest';
import type { ScheduleDefinition, ScheduleSource } from '../../../src/domain/schedule/schedule.js';
import { createComing } from '../../../src/schedules/coming.js';
import { pauseSchedule, putSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import { createLastRuns } from '../../../src/schedules/last-runs.js';
import { occurrencesOf } from '../../../src/schedules/occurrences.js';
import { scheduleView } from '../../../src/schedules/view.js';
import { Cluster } from '../../simulation/cluster.js';
import { define } from '../domain/schedule/definitions.js';

const START = Date.UTC(2026, 0, 1) + 500;
const MINUTE = 60_000;
const API: ScheduleSource = { kind: 'api', set: 'api' };

async function running(fields: object) {
  const cluster = new Cluster(START);
  await cluster.open();
  await cluster.elect();
  const { store } = cluster;
  const put = async (more: object): Promise<ScheduleDefinition> => {
    const definition = define({ handler: 'h', overlap: 'allow', ...fields, ...more }, 's');
    await putSchedule(store, definition, API, store.now);
    return definition;
  };
  await put({});
  const row = async () => {
    const found = await store.schedule('s');
    if (!found) throw new Error('not stored');
    return found;
  };
  const view = async () => {
    const [last = null] = await createLastRuns(store)([await row()], store.now);
    return scheduleView(await row(), createComing()(await row(), store.now), last);
  };
  const fates = async (from: number, to: number) => {
    const asked = { now: store.now, from: START + from * MINUTE, to: START + to * MINUTE };
    const { items } = await occurrencesOf(store, await row(), asked);
    return items.map(({ fate, reason }) => (reason === undefined ? fate : `${fate} ${reason}`));
  };
  const minutes = (count: number) => cluster.until(store.now + count * MINUTE);
  return { cluster, store, put, view, fates, minutes };
}

describe('a schedule that has finished', () => {
  const finishes = async (fields: object, reason: RegExp): Promise<void> => {
    const { view, minutes } = await running(fields);
    const before = await view();
    expect(before).toMatchObject({ state: 'enabled' });
    expect(before).not.toHaveProperty('finishedReason');
    await minutes(10);
    expect(await view()).toMatchObject({ state: 'finished', finishedReason: expect.stringMatching(reason) });
  };

  test('has had its runs', () => finishes({ every: '1m', maxRuns: 3 }, /its 3 runs \(maxRuns\)/));
  test('was to run once', () =>
    finishes({ at: new Date(START + MINUTE) }, /its one run, at 2026-01-01T00:01:00.500Z, has been/));
  test('has come to its end', () =>
    finishes({ every: '1m', endAt: new Date(START + 5 * MINUTE) }, /before its end at .* \(endAt\)/));

  test('and missed its only run', async () => {
    const { cluster, view, minutes } = await running({
      ...{ at: new Date(START + MINUTE), catchUp: { policy: 'none' } },
    });
    cluster.darken();
    await minutes(10);
    await cluster.lighten();
    await minutes(1);
    expect(await view()).toMatchObject({
      ...{ state: 'finished', finishedReason: expect.stringContaining('was not made') },
      counters: { fired: 0, missed: 1 },
    });
  });

  test('goes on when it may', async () => {
    const { put, view, minutes } = await running({ every: '1m', maxRuns: 3 });
    await minutes(10);
    await put({ maxRuns: 5 });
    expect(await view()).toMatchObject({ state: 'enabled' });
    await minutes(10);
    expect(await view()).toMatchObject({ state: 'finished', counters: { fired: 5, missed: 0 } });
  });
});

describe('a shadow', () => {
  test('runs nothing, writes down what would have run, and shows what comes', async () => {
    const { cluster, view, fates, minutes } = await running({ every: '1m', enabled: 'shadow' });
    expect(await view()).toMatchObject({ state: 'shadow', nextRuns: { length: 5 }, counters: { fired: 0 } });
    await minutes(3);
    expect(cluster.seen).toEqual([]);
    expect(await fates(0, 5)).toEqual(['shadow', 'shadow', 'shadow', 'preview', 'preview']);
  });

  test('does not catch up', async () => {
    const { cluster, put, fates, minutes } = await running({ every: '1m', enabled: 'shadow' });
    cluster.darken();
    await minutes(5);
    await cluster.lighten();
    await put({ enabled: true });
    await minutes(1);
    expect(cluster.seen).toHaveLength(1);
    expect(await fates(0, 6)).toEqual([...Array(5).fill('shadow'), 'fired']);
  });

  test('switched on and off leaves each instant one fate', async () => {
    const { put, fates, minutes, store } = await running({ every: '1m' });
    await minutes(2);
    await put({ enabled: 'shadow' });
    await minutes(2);
    await put({ enabled: false });
    await minutes(1);
    await put({ enabled: 'shadow' });
    await minutes(1);
    await pauseSchedule(store, 's', {}, store.now);
    await minutes(1);
    await resumeSchedule(store, 's', store.now);
    await minutes(1);
    await put({ enabled: true });
    await minutes(2);
    expect(await fates(0, 10)).toEqual([
      ...['fired', 'fired', 'shadow', 'shadow', 'skipped disabled', 'shadow', 'skipped paused'],
      ...['shadow', 'fired', 'fired'],
    ]);
  });
});
