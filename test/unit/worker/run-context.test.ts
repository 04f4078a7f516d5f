/** What the handler of a run is told of its schedule: asked for once a claim, before it is called. */

import { describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { putSchedule } from '../../../src/schedules/edit.js';
import type { TaskContext } from '../../../src/worker/context.js';
import { define } from '../domain/schedule/definitions.js';
import { gate, pass, put, store, unavailable, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const MINUTE = 60_000;

/** A schedule of every minute, and its runs planned until in ten minutes. */
async function schedule(fields: object = {}, ids = ['s']): Promise<Planner> {
  for (const id of ids) {
    const definition = define({ handler: 'run', every: '1m', queue: 'a', overlap: 'allow', ...fields }, id);
    await putSchedule(store, definition, { kind: 'api', set: 'api' }, store.now);
  }
  const term = await store.allocateTerm('n', 'lock');
  if (!term) throw new Error('no term');
  await store.takeOffice('a', term);
  const planner = new Planner({
    ...{ queue: 'a', store, log: silentLog, term, horizon: 10 * MINUTE },
    ...{ mayCatchUp: () => true, onFenced: async () => {} },
  });
  while ((await planner.tick()) <= 0);
  return planner;
}

async function advance(ms: number): Promise<void> {
  store.advance(ms);
  await store.promote('a', 1_000);
  await pass(5);
}

const noting = () => {
  const told: NonNullable<TaskContext['schedule']>[] = [];
  const run = (_: unknown, ctx: TaskContext): void => {
    if (ctx.schedule) told.push(ctx.schedule);
  };
  return { told, run };
};

const at = (minutes: number): string =>
  new Date(Math.ceil(store.now / MINUTE) * MINUTE + minutes * MINUTE).toISOString();

describe('a run', () => {
  test('is told what it stands for, and what comes', async () => {
    const { told, run } = noting();
    store.advance(10_000);
    const made = new Date(store.now).toISOString();
    await schedule({ maxRuns: 4, jitter: '5s' });
    const first = at(0);
    const second = at(1);
    await work({ run });
    await advance(60_000);
    await advance(60_000);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      ...{ id: 's', kind: 'live', nominalAt: first, missedCount: 0, catchUp: false },
      interval: { from: made, to: first },
    });
    expect(told[1]?.interval).toEqual({ from: first, to: second });
    // Four runs in all.
    expect(told[0]?.upcoming).toHaveLength(3);
    expect(told[1]?.upcoming).toHaveLength(2);
    const [one] = told;
    expect(Date.parse(one?.dueAt ?? '') - Date.parse(first)).toBeGreaterThanOrEqual(0);
    expect(one?.latenessMs).toBe(store.now - MINUTE - Date.parse(one?.dueAt ?? ''));
  });

  test('behind missed ones is told how many', async () => {
    const { told, run } = noting();
    const planner = await schedule({ catchUp: { policy: 'none' } });
    await work({ run });
    await advance(60_000);
    const first = told[0]?.nominalAt ?? '';
    store.advance(60 * MINUTE);
    await store.promote('a', 1_000);
    planner.lookBack();
    while ((await planner.tick()) <= 0);
    await advance(0);
    const behind = told[1];
    expect(behind?.interval.from).toBe(first);
    expect(behind?.missedCount).toBe((Date.parse(behind?.nominalAt ?? '') - Date.parse(first)) / MINUTE - 1);
    expect(behind?.missedCount).toBeGreaterThan(50);
  });

  test('is told the last success with what its handler returned, also when its task is gone', async () => {
    const told: (object | undefined)[] = [];
    await schedule();
    await work({
      run: (_: unknown, ctx: TaskContext) => {
        told.push(ctx.schedule?.lastSuccess);
        return { position: told.length };
      },
    });
    const first = at(1);
    await advance(MINUTE);
    await pass(100);
    const nothing = { count: 0, age: 0 };
    await store.prune('a', { completed: nothing, dead: nothing, atLeast: 0 });
    await advance(MINUTE);
    const taskId = `s@${Date.parse(first)}`;
    expect(await store.find(taskId)).toBeNull();
    expect(told).toEqual([undefined, { nominalAt: first, taskId, result: { position: 1 } }]);
  });

  test('asks once for all that were claimed together, and a plain task asks nothing', async () => {
    const { told, run } = noting();
    await schedule({}, ['s', 't']);
    await work({ run, plain: () => {} });
    await put('plain');
    expect(store.calledFor('scheduleFacts')).toEqual([]);
    await advance(MINUTE);
    expect(told).toHaveLength(2);
    expect(store.calls.filter((call) => call === 'scheduleFacts a')).toHaveLength(1);
  });

  test('waits for an answer, and plain tasks do not wait with it', async () => {
    const { told, run } = noting();
    const ended: string[] = [];
    await schedule();
    await work({ run, plain: () => ended.push('plain') });
    store.before = (verb) => {
      if (verb === 'scheduleFacts') throw unavailable();
    };
    await advance(MINUTE);
    await put('plain');
    expect([told.length, ended]).toEqual([0, ['plain']]);
    store.before = () => {};
    await pass(3_000);
    expect(told).toHaveLength(1);
  });

  test('taken back before it began does not begin, and its slot is free', async () => {
    const { told, run } = noting();
    await schedule();
    const answered = gate();
    store.before = (verb) => (verb === 'scheduleFacts' ? answered.passed : undefined);
    const worker = await work({ run }, { drain: '100ms' });
    await advance(MINUTE);
    expect(worker.running).toBe(1);
    const stopped = worker.stop();
    await pass(200);
    answered.open();
    await pass(10);
    await stopped;
    expect([told.length, worker.running]).toEqual([0, 0]);
    const { items } = await store.list('a', 'ready', 9);
    expect(items.map(({ history }) => history.map(({ outcome }) => outcome))).toEqual([['released']]);
  });

  test('of a schedule that is gone is told as much as is known', async () => {
    const { told, run } = noting();
    await schedule();
    const found = store.scheduleFacts;
    store.scheduleFacts = async (_, ids) => ids.map(() => ({ row: null, lastSuccess: null }));
    await work({ run });
    await advance(MINUTE);
    store.scheduleFacts = found;
    const nominalAt = told[0]?.nominalAt ?? '';
    expect(told[0]).toMatchObject({ id: 's', interval: { from: nominalAt, to: nominalAt }, upcoming: [] });
  });
});
