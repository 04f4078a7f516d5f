/** `pauseAfter`: a schedule whose runs keep dying pauses itself, says so, and begins to count anew when it is resumed. */

import { beforeEach, describe, expect, test } from 'vitest';
import { scheduleAlerts } from '../../../src/alerts/schedule-alerts.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { SelfPause } from '../../../src/scheduler/self-pause.js';
import { putSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import type { Term } from '../../../src/store/contract/index.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { definition, office, QUEUE, START, world } from './support.js';

const S = 1_000;
type End = 'dead' | 'completed' | 'cancelled' | 'open';

let store: ModelStore;
let term: Term;
let planner: Planner;
let duty: SelfPause;
let warnings: string[];

beforeEach(async () => {
  const { store: made, context } = await world();
  store = made;
  warnings = [];
  const warn = (_: object | string, text?: string) => void warnings.push(text ?? '');
  term = await office(store);
  const options = { ...context, log: { ...context.log, warn }, term, onFenced: async () => {} };
  planner = new Planner({ ...options, horizon: S, mayCatchUp: () => true });
  duty = new SelfPause(options as typeof options & { log: typeof context.log });
  await put({ pauseAfter: 3 });
});

const put = (fields: object) =>
  putSchedule(
    store,
    definition('s', { spec: { kind: 'every', every: S, phase: 0 }, overlap: 'allow', ...fields }),
    { kind: 'api', set: 'api' },
    store.now,
  );

let nonce = 0;
/** The next runs, one a second, each with its end; after each the leader looks. */
async function runs(...ends: End[]): Promise<void> {
  for (const end of ends) {
    planner.edited();
    while ((await planner.tick()) === 0);
    store.advance(S);
    await store.promote(QUEUE, 100);
    const id = `s@${store.now}`;
    nonce += 1;
    const request = { worker: 'w~1', nonce, want: 1, handlers: ['h'], leaseMs: 600_000, completions: [] };
    if (end === 'cancelled') await store.cancel(QUEUE, id);
    else if (end !== 'open') {
      const [task] = (await store.claim(QUEUE, request)).tasks;
      if (!task) throw new Error(`${id} is not there`);
      const record = { attempt: task.attempt, worker: 'w~1', startedAt: 1, finishedAt: 2 };
      nonce += 1;
      if (end === 'completed') {
        const completion = { id, token: task.token, record: { ...record, outcome: 'completed' as const } };
        await store.claim(QUEUE, { ...request, nonce, want: 0, completions: [completion] });
      } else {
        const settlement = { id, token: task.token, record: { ...record, outcome: 'failed' as const } };
        await store.settle(QUEUE, 'w~1', [{ ...settlement, failure: true, next: { to: 'dead' } }]);
      }
    }
    duty.look();
    await duty.tick();
  }
}

const paused = async () => (await store.schedule('s'))?.schedule.paused;

describe('a schedule with pauseAfter', () => {
  test('pauses itself behind so many dead runs in a row, with the reason, and raises an alert', async () => {
    await runs('dead', 'dead');
    expect(await paused()).toBeUndefined();
    await runs('dead');
    expect(await paused()).toEqual({
      ...{ at: store.now, reason: 'its last 3 runs are dead (pauseAfter)', by: term.node, streak: 3 },
    });
    expect(warnings).toEqual(['s paused itself: its last 3 runs are dead (pauseAfter)']);
    expect((await store.list(QUEUE, 'scheduled', 10)).items).toEqual([]);
    const row = await store.schedule('s');
    if (!row) throw new Error('gone');
    expect((await scheduleAlerts(store, row, store.now)).wrong).toMatchObject([
      { kind: 'schedulePaused', subject: 's', since: store.now },
    ]);
  });

  test.each<[End[]]>([
    [['dead', 'dead', 'completed', 'dead', 'dead']],
    [['dead', 'dead', 'cancelled', 'open']],
  ])('goes on behind %j', async (ends) => {
    await runs(...ends);
    expect(await paused()).toBeUndefined();
  });

  test('takes no notice of one that was cancelled in between', async () => {
    await runs('dead', 'dead', 'cancelled', 'dead');
    expect(await paused()).toMatchObject({ streak: 3 });
  });

  test('counts anew from when it was resumed', async () => {
    await runs('dead', 'dead', 'dead');
    await resumeSchedule(store, 's', store.now);
    await runs('dead', 'dead');
    expect(await paused()).toBeUndefined();
    await runs('dead');
    expect(await paused()).toMatchObject({ streak: 3, at: START + 6 * S });
  });

  test('is asked about only while some schedule has it', async () => {
    await put({});
    duty.look();
    expect(await duty.tick()).toBe(Number.POSITIVE_INFINITY);
    await put({ pauseAfter: 1 });
    duty.look();
    expect(await duty.tick()).toBe(6 * S);
  });
});
