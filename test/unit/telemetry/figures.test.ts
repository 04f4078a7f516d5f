/** What a process counts, and how a registry of prom-client, ours or a user's, tells it. */

import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Observers } from '../../../src/runtime/observed.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Counts, HistogramState, MOST_VALUES, REST, Values } from '../../../src/telemetry/figures.js';
import { figuresIn, ProcessFigures } from '../../../src/telemetry/process-figures.js';
import { scrapeOf } from '../../../src/telemetry/scrape.js';
import { METRICS, PREFIX } from '../../../src/telemetry/table.js';

const clock = {
  known: true,
  now: () => Date.now() + 2_000,
  until: () => 0,
  steps: 3,
  advanced: 0,
  lastStep: 0,
};
const storeOf = () => ({ observed: new Observers(silentLog), clock: () => clock });
const task = {
  id: 'a-1',
  queue: 'mail',
  handler: 'send',
  attempt: 1,
  failures: 0,
  createdAt: 0,
  dueAt: 1_000,
  options: {},
};
const record = { startedAt: 3_000, finishedAt: 3_250, outcome: 'completed' as const, worker: 'w~1' };

/** Lines of a scrape, without those that tell of types. */
async function linesOf(figures: ProcessFigures, name: string): Promise<string[]> {
  const { text } = await scrapeOf(figures.exposed(['process', 'worker', 'node']))();
  return text.split('\n').filter((line) => line.startsWith(`${PREFIX}${name}`));
}

it('counts attempts and tasks by outcome, and spreads waits and runs', async () => {
  const figures = new ProcessFigures();
  const store = storeOf();
  figures.watch(store);
  store.observed.attemptStarted(task, 3_000, 'w~1');
  store.observed.attemptEnded(task, record, 'completed');
  store.observed.attemptStarted({ ...task, attempt: 2 }, 90_000, 'w~1');
  store.observed.attemptEnded({ ...task, attempt: 2 }, { ...record, outcome: 'failed' }, null);
  store.observed.endedElsewhere({ queue: 'mail', handler: 'send', schedule: null, what: 'lost' }, 2);
  store.observed.endedElsewhere({ queue: 'mail', handler: 'send', schedule: null, what: 'cancelled' }, 1);
  expect(await linesOf(figures, 'attempts_finished_total')).toEqual([
    'carillon_attempts_finished_total{queue="mail",handler="send",outcome="completed"} 1',
    'carillon_attempts_finished_total{queue="mail",handler="send",outcome="failed"} 1',
    'carillon_attempts_finished_total{queue="mail",handler="send",outcome="lost"} 2',
  ]);
  expect(await linesOf(figures, 'tasks_finished_total')).toEqual([
    'carillon_tasks_finished_total{queue="mail",handler="send",outcome="completed"} 1',
    'carillon_tasks_finished_total{queue="mail",handler="send",outcome="cancelled"} 1',
  ]);
  // The second attempt has waited for its back-off: only the first says how long a task waits.
  const waits = await linesOf(figures, 'queue_latency_seconds');
  expect(waits).toContain('carillon_queue_latency_seconds_bucket{queue="mail",le="1"} 0');
  expect(waits).toContain('carillon_queue_latency_seconds_bucket{queue="mail",le="5"} 1');
  expect(waits).toContain('carillon_queue_latency_seconds_bucket{queue="mail",le="+Inf"} 1');
  expect(waits).toContain('carillon_queue_latency_seconds_sum{queue="mail"} 2');
  expect(await linesOf(figures, 'attempt_duration_seconds')).toContain(
    'carillon_attempt_duration_seconds_count{queue="mail",handler="send"} 2',
  );
});

it('knows runs of schedules: their delay, and what became of instants', async () => {
  const figures = new ProcessFigures();
  const store = storeOf();
  figures.watch(store);
  store.observed.attemptStarted({ ...task, id: 'nightly@500' }, 1_400, 'w~1');
  store.observed.attemptStarted({ ...task, id: 'nightly@500!dxyz' }, 9_000, 'w~1');
  store.observed.attemptStarted({ ...task, id: 'nightly@500+b1' }, 9_000, 'w~1');
  store.observed.occurrencesDecided('mail', 'nightly', 'fired', 3);
  store.observed.occurrencesDecided('mail', 'nightly', 'overlap', 2);
  store.observed.occurrencesDecided('mail', 'nightly', 'paused', 1);
  store.observed.occurrencesDecided('mail', 'nightly', 'missed', 4);
  expect(await linesOf(figures, 'fire_delay_seconds_sum')).toEqual([
    'carillon_fire_delay_seconds_sum{queue="mail"} 0.4',
  ]);
  expect(await linesOf(figures, 'fires_total')).toEqual([
    'carillon_fires_total{schedule="nightly",outcome="fired"} 3',
    'carillon_fires_total{schedule="nightly",outcome="skipped"} 3',
    'carillon_fires_total{schedule="nightly",outcome="missed"} 4',
  ]);
});

it('adds up what workers of one process have, and forgets those that stop', async () => {
  const figures = new ProcessFigures();
  const stop = figures.employ({ total: 10, inUse: 3 });
  figures.employ({ total: 5, inUse: 5 });
  expect(await linesOf(figures, 'worker_slots')).toEqual([
    'carillon_worker_slots 15',
    'carillon_worker_slots_in_use 8',
  ]);
  stop();
  expect(await linesOf(figures, 'worker_slots')).toEqual([
    'carillon_worker_slots 5',
    'carillon_worker_slots_in_use 5',
  ]);
});

it('hears a store once however often it is watched, and no more once that has ended; steps of its clock stay counted', async () => {
  const figures = new ProcessFigures();
  const store = storeOf();
  const stop = figures.watch(store);
  figures.watch(store);
  store.observed.tasksPromoted('mail', 2);
  expect(await linesOf(figures, 'promoted_total')).toEqual(['carillon_promoted_total{queue="mail"} 2']);
  expect([...figures.tally.promoted]).toEqual([[['mail'], 2]]);
  const offset = (await linesOf(figures, 'clock_offset_seconds'))[0]?.split(' ')[1];
  expect(Number(offset)).toBeCloseTo(2, 1);
  stop();
  store.observed.tasksPromoted('mail', 2);
  expect([...figures.tally.promoted]).toEqual([[['mail'], 2]]);
  expect(await linesOf(figures, 'clock_steps_total')).toEqual(['carillon_clock_steps_total 3']);
  expect(await linesOf(figures, 'clock_offset_seconds')).toEqual([]);
});

it('has a bounded number of series, whatever names come', () => {
  const values = new Values(2);
  expect(['a', 'b', 'c', 'a', 'd'].map((value) => values.of(value))).toEqual(['a', 'b', REST, 'a', REST]);
  const figures = new ProcessFigures();
  const store = storeOf();
  figures.watch(store);
  for (let i = 0; i < MOST_VALUES + 50; i += 1) {
    store.observed.attemptEnded({ ...task, handler: `h${i}` }, record, 'completed');
    store.observed.occurrencesDecided('mail', `s${i}`, 'fired', 1);
  }
  expect([...figures.tally.tasks]).toHaveLength(MOST_VALUES + 1);
  expect([...figures.tally.tasks].at(-1)).toEqual([['mail', REST, 'completed'], 50]);
  expect([...figures.tally.fires].at(-1)).toEqual([[REST, 'fired'], 50]);
});

it('a value on a bound falls below it, and each bound counts those before it', () => {
  const state = new HistogramState([1, 2]);
  for (const value of [0, 1, 1.5, 2, 3]) state.observe(value);
  expect([...state.upTo()]).toEqual([
    [1, 2],
    [2, 4],
    [Number.POSITIVE_INFINITY, 5],
  ]);
  expect(state.sum).toBe(7.5);
});

it('names and labels that look alike together are told apart', () => {
  const counts = new Counts();
  counts.of('a', 'b').value += 1;
  counts.of('a b').value += 2;
  expect([...counts]).toEqual([
    [['a', 'b'], 1],
    [['a b'], 2],
  ]);
});

describe('a registry of a user', () => {
  it('has the figures of workers once, however many there are, beside its own', async () => {
    const registry = new Registry();
    const figures = figuresIn(registry);
    expect(figuresIn(registry)).toBe(figures);
    expect(figuresIn(new Registry())).not.toBe(figures);
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names.sort()).toEqual(
      Object.entries(METRICS)
        .filter(([, { of }]) => of === 'process' || of === 'worker')
        .map(([name]) => PREFIX + name)
        .sort(),
    );
  });

  it('of OpenMetrics tells the same, each counter with one _total', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    figuresIn(registry);
    for (let i = 0; i < 2; i += 1) {
      const text = await registry.metrics();
      expect(text).toContain('carillon_clock_steps_total 0');
      expect(text).not.toContain('_total_total');
      expect(text.endsWith('# EOF\n')).toBe(true);
    }
  });

  it('with labels of its own has them in every line', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ app: 'shop' });
    figuresIn(registry);
    expect(await registry.metrics()).toContain('carillon_worker_slots{app="shop"} 0');
  });
});
