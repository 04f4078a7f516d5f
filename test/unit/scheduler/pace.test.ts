/** What waits for its pace: it is chosen once, goes on under the next leader, and people can take it back. */

import { expect, test } from 'vitest';
import type { CatchUp, ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { pauseSchedule, putSchedule, resumeSchedule, skipNext } from '../../../src/schedules/edit.js';
import { ledgerOf } from '../../../src/schedules/ledger-of.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { Cluster } from '../../simulation/cluster.js';
import { exceptionsOf, wordsOf } from '../../support/fates.js';
import { define } from '../domain/schedule/definitions.js';

const START = Date.UTC(2026, 0, 1) + 500;
const MINUTE = 60_000;

/** Every half minute; nobody is there for ten minutes, then one run a minute is caught up, of those of the last five. */
async function afterOutage(
  catchUp: Partial<CatchUp> = {},
  before = (_: ModelStore): Promise<unknown> => Promise.resolve(),
) {
  const cluster = new Cluster(START);
  await cluster.open();
  await cluster.elect();
  const { store } = cluster;
  const usual: CatchUp = { policy: 'all', window: 5 * MINUTE, max: 100, perMinute: 1, ...catchUp };
  const put = async (over: Partial<ScheduleDefinition> = {}): Promise<void> => {
    const definition = define({ handler: 'h', every: '30s', overlap: 'allow' }, 's');
    await putSchedule(
      store,
      { ...definition, catchUp: usual, ...over },
      { kind: 'api', set: 'a' },
      store.now,
    );
  };
  await put();
  await cluster.until(START + MINUTE);
  await before(store);
  cluster.darken();
  await cluster.until(START + 11 * MINUTE);
  await cluster.lighten();
  const pass = (minutes: number) => cluster.until(store.now + minutes * MINUTE);
  const caughtUp = () => cluster.seen.filter(({ context }) => context.catchUp);
  const backlog = async () => {
    const row = await store.schedule('s');
    return row ? ledgerOf(row).backlog : [];
  };
  return { cluster, store, usual, put, pass, caughtUp, backlog };
}

test('what was chosen fires, though it waits for longer than the window', async () => {
  const { pass, caughtUp, backlog } = await afterOutage();
  await pass(1);
  // Of five minutes, less the grace.
  const waiting =
    caughtUp().length + (await backlog()).reduce((sum, { from, to }) => sum + (to - from) / 30_000 + 1, 0);
  expect(Math.floor(waiting)).toBeGreaterThanOrEqual(8);
  await pass(12);
  expect(await backlog()).toEqual([]);
  const nominals = caughtUp().map(({ nominal }) => nominal);
  expect(nominals).toHaveLength(Math.floor(waiting));
  expect(nominals).toEqual([...nominals].sort((a, b) => a - b));
  expect(Math.max(...caughtUp().map(({ at, nominal }) => at - nominal))).toBeGreaterThan(7 * MINUTE);
});

test('its pace goes on under the next leader, in the midst of a call or not', async () => {
  const { cluster, pass, caughtUp } = await afterOutage({ perMinute: 4 });
  for (let calls = 0; calls < 12; calls += 1) {
    await pass(0.2);
    cluster.kill(calls % 6);
  }
  await pass(1);
  const times = caughtUp().map(({ at }) => at);
  expect(times.length).toBeGreaterThan(5);
  const apart = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(15_000);
});

test('another policy decides on it again', async () => {
  const { usual, put, pass, caughtUp, backlog, store } = await afterOutage();
  await pass(2);
  const before = caughtUp().length;
  await put({ catchUp: { ...usual, policy: 'none' } });
  await pass(3);
  expect([caughtUp().length, await backlog()]).toEqual([before, []]);
  const missed = (await exceptionsOf(store, 's')).filter(({ word }) => word === 'missed');
  expect(missed.length).toBeGreaterThan(0);
});

test('an edit of something else leaves it as it is', async () => {
  const { put, pass, caughtUp } = await afterOutage();
  await pass(2);
  await put({ description: 'the same' });
  await pass(12);
  expect(caughtUp().length).toBeGreaterThanOrEqual(8);
});

test('another calendar never fires its own past, and the old one is still caught up', async () => {
  const { put, pass, caughtUp } = await afterOutage();
  await pass(2);
  await put({ spec: { kind: 'every', every: 20_000, phase: 7_000 } });
  await pass(12);
  expect(caughtUp().length).toBeGreaterThanOrEqual(8);
  expect(caughtUp().filter(({ nominal }) => nominal % 30_000 !== 0)).toEqual([]);
});

test('a pause ends it, and is no time to catch up itself', async () => {
  const { store, pass, caughtUp, backlog } = await afterOutage();
  await pass(2);
  const before = caughtUp().length;
  await pauseSchedule(store, 's', {}, store.now);
  await pass(5);
  await resumeSchedule(store, 's', store.now);
  await pass(5);
  expect([caughtUp().length, await backlog()]).toEqual([before, []]);
});

test('maxRuns counts what is caught up with all others', async () => {
  const { cluster, put, pass } = await afterOutage();
  const before = cluster.seen.length;
  await put({ maxRuns: before + 5 });
  await pass(10);
  expect(cluster.seen).toHaveLength(before + 5);
});

test('what was to be skipped is skipped, also when nobody was there', async () => {
  const all: Partial<CatchUp> = { policy: 'all', window: 60 * MINUTE };
  const { cluster, store, pass } = await afterOutage({ ...all, perMinute: 600 }, (there) =>
    skipNext(there, 's', 4, there.now),
  );
  await pass(1);
  const skipped = [3, 4, 5, 6].map((n) => START - 500 + n * 30_000);
  expect(await wordsOf(store, 's', skipped)).toEqual(Array(4).fill('skipNext'));
  const ran = cluster.seen.map(({ nominal }) => nominal);
  expect(ran.filter((nominal) => skipped.includes(nominal))).toEqual([]);
  expect(ran.length).toBe(2 * 12 - 4);
});
